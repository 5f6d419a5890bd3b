/*
 * kernels - what kernel.c lists. For it and the kernels alone; everybody else asks kernel.h.
 */
#ifndef TTSTD_ENGINE_TABLE_KERNELS_H
#define TTSTD_ENGINE_TABLE_KERNELS_H

#include "engine/table/kernel.h"

/* For what is to become part of a kernel's loop. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

extern const struct kernel kernel_scalar;
extern const struct kernel kernel_avx2;
extern const struct kernel kernel_avx512;

#endif
