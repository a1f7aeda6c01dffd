/* SPDX-License-Identifier: MIT */
/* Wall, boot and CPU clocks: see clock.h. */
#include "core/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t
read_clock(clockid_t id, int64_t per_second)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * per_second +
	       ts.tv_nsec / (1000000000 / per_second);
}

int64_t
clock_wall_s(void)
{
	return read_clock(CLOCK_REALTIME, 1);
}

int64_t
clock_wall_ms(void)
{
	return read_clock(CLOCK_REALTIME, 1000);
}

int64_t
clock_boot_ms(void)
{
	return read_clock(CLOCK_BOOTTIME, 1000);
}

int64_t
clock_cpu_us(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID, 1000000);
}

void
clock_rfc3339(int64_t t_s, char out[CLOCK_RFC3339_SIZE])
{
	struct tm tm;
	time_t t = (time_t)t_s;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < -1900 ||
	    tm.tm_year > 8099) {
		memcpy(out, "0000-00-00T00:00:00Z", 21);
		return;
	}
	(void)strftime(out, CLOCK_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

int
clock_sleep_until(int64_t boot_ms)
{
	struct timespec ts = {
	    .tv_sec = (time_t)(boot_ms / 1000),
	    .tv_nsec = (long)(boot_ms % 1000) * 1000000,
	};

	return clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &ts, NULL) == 0
		   ? 0
		   : -1;
}
