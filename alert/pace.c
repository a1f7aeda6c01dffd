/* SPDX-License-Identifier: MIT */
/* How fast to send and to try again; pure.  See deliver.h. */
#include "alert/deliver.h"

#define FIRST_MS   INT64_C(5000)
#define LONGEST_MS INT64_C(900000)
#define DAY_S	   INT64_C(86400)
#define BURST	   5

int64_t
deliver_backoff_ms(int64_t attempts, int64_t retry_after_s, double random)
{
	int64_t wait_ms = FIRST_MS;

	for (int64_t i = 1; i < attempts && wait_ms < LONGEST_MS; i++)
		wait_ms *= 2;
	if (wait_ms > LONGEST_MS)
		wait_ms = LONGEST_MS;
	wait_ms = (int64_t)((double)wait_ms * (0.5 + random));
	if (retry_after_s > DAY_S)
		retry_after_s = DAY_S;
	if (retry_after_s * 1000 > wait_ms)
		wait_ms = retry_after_s * 1000;
	return wait_ms;
}

int64_t
deliver_cap_ms(int64_t *full_boot_ms, int32_t per_hour, int64_t now_boot_ms)
{
	int64_t each_ms, full_ms = *full_boot_ms;

	if (per_hour <= 0)
		return 0;
	each_ms = 3600000 / per_hour;
	if (full_ms < now_boot_ms)
		full_ms = now_boot_ms;
	full_ms += each_ms;
	if (full_ms - now_boot_ms > BURST * each_ms)
		return full_ms - now_boot_ms - BURST * each_ms;
	*full_boot_ms = full_ms;
	return 0;
}
