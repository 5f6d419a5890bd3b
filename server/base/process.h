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

/* Makes the calling thread run as soon as there is something for it, also where another one has the
 * processor: its time slices become the shortest there are, and since Linux 6.12 who has a shorter
 * slice need not wait for the end of a longer one (sched_runtime in sched_setattr(2)). Its share of
 * the time stays the same. Earlier kernels do nothing; where a sandbox forbids it, the log says so.
 */
void process_be_prompt(void);

#endif
