/* SPDX-License-Identifier: MIT */
/*
 * Clocks.  Wall time (CLOCK_REALTIME, UTC epoch) names samples; it can jump.
 * Boot time (CLOCK_BOOTTIME) measures deadlines and durations; it cannot.
 * The two never share a variable name: *_s / *_ms is wall, boot_ms is boot.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

#define CLOCK_RFC3339_SIZE 24 /* "2026-11-20T12:03:20Z" and its NUL */

/* Samples outside [CLOCK_MIN_S, now + CLOCK_AHEAD_S] are refused. */
#define CLOCK_MIN_S   INT64_C(1262304000) /* 2010-01-01T00:00:00Z */
#define CLOCK_AHEAD_S INT64_C(600)

int64_t clock_wall_s(void);  /* seconds since the epoch */
int64_t clock_wall_ms(void); /* milliseconds since the epoch */
int64_t clock_boot_ms(void); /* milliseconds since boot, suspend included */
int64_t clock_cpu_us(void);  /* CPU time of this process, microseconds */

/* Writes t_s as RFC 3339 in UTC; out holds CLOCK_RFC3339_SIZE bytes. */
void clock_rfc3339(int64_t t_s, char out[CLOCK_RFC3339_SIZE]);

/* Sleeps until boot time boot_ms or a signal; 0, or -1 when interrupted. */
int clock_sleep_until(int64_t boot_ms);

#endif
