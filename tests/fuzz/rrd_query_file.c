/* SPDX-License-Identifier: MIT */
/* The reader of RRD files: any bytes give a typed error or rows. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rrd/query_file.h"
#include "rrd/query_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_all(const struct query_file *f)
{
	const struct query_want w = {
	    .from_s = 1794009600, .to_s = 1794013200, .max_rows = 50};
	struct err err;

	for (int cf = 0; cf < QUERY_CF__MAX; cf++) {
		struct query_plan p = {0};
		struct series s = {0};

		if (query_plan_make(f, cf, &w, 1, &p, &err) != 0)
			continue;
		if (query_plan_read(f, &p, &err) == 0 &&
		    query_plan_blank(&p, 1, &s, &err) == 0)
			query_plan_bring_down(&p, f, 0, cf, &s, 0);
		series_done(&s);
		free(p.rows);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct query_file f = {.fd = -1};
	struct err err = {0};
	char name[64];

	if (fd < 0)
		fd = memfd_create("rrd", MFD_CLOEXEC);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	(void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	if (query_file_open(name, &f, &err) == 0)
		read_all(&f);
	else if (err.code != ERR_CORRUPT)
		abort();
	query_file_close(&f);
	return 0;
}
