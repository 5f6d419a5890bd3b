/*
 * kernels - what kernel.c lists. For it alone; everybody else asks kernel.h.
 */
#ifndef TTSTD_ENGINE_KERNELS_H
#define TTSTD_ENGINE_KERNELS_H

#include "engine/kernel.h"

extern const struct kernel kernel_scalar;
extern const struct kernel kernel_avx2;
extern const struct kernel kernel_avx512;

#endif
