/*
 * process - what the operating system knows of this process.
 */
#ifndef TTSTD_BASE_PROCESS_H
#define TTSTD_BASE_PROCESS_H

#include <stdint.h>

/* Bytes of physical memory that it occupies; 0 where that cannot be read. */
uint64_t process_resident_bytes(void);

/* Seconds of processor time that it has used. */
double process_cpu_seconds(void);

#endif
