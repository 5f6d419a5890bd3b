/*
 * name - what brains and checkpoints may be called.
 */
#ifndef TTSTD_MODEL_NAME_H
#define TTSTD_MODEL_NAME_H

#include <stdbool.h>

/* From a letter a-z on, up to BRAIN_NAME_MAX characters of a-z 0-9 _ -. */
bool brain_name_is_valid(const char *name);

/* Whether a user may give it: it is of the same form. */
bool checkpoint_name_is_valid(const char *name);

/* Whether a checkpoint of that name was made by itself: its name is a number. */
bool checkpoint_is_automatic(const char *name);

#endif
