/* SPDX-License-Identifier: MIT */
/* `robin log dump`: the write-ahead log as text, one record a line. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/program.h"
#include "rrd/command.h"
#include "rrd/cursor.h"

static const char *const mark_names[MARK_KIND__MAX] = {
    [MARK_CHECKPOINT] = "checkpoint",
    [MARK_CLEAN] = "clean",
    [MARK_CLOCK] = "clock",
};

static void
print_header(const struct record *r)
{
	struct record_image i;

	if (record_image_get(r, &i) != 0)
		(void)printf(" damaged");
	else if (i.file_bytes == 0)
		(void)printf(" checkpoint=%llu made start=%llu %.*s",
			     (unsigned long long)i.checkpoint,
			     (unsigned long long)i.offset, (int)i.image_bytes,
			     r->body + sizeof(i));
	else
		(void)printf(" checkpoint=%llu file=%llu hash=%016llx "
			     "offset=%llu bytes=%llu",
			     (unsigned long long)i.checkpoint,
			     (unsigned long long)i.file_bytes,
			     (unsigned long long)i.static_hash,
			     (unsigned long long)i.offset,
			     (unsigned long long)i.image_bytes);
}

static void
print_mark(const struct record *r)
{
	struct record_mark m;

	if (record_mark_get(r, &m) != 0)
		(void)printf(" damaged");
	else
		(void)printf(
		    " %s checkpoint=%llu at=%llu:%llu:%llu", mark_names[m.kind],
		    (unsigned long long)m.checkpoint,
		    (unsigned long long)m.segment, (unsigned long long)m.offset,
		    (unsigned long long)m.sequence);
}

static void
print_record(const struct record *r, const struct wal_pos *at)
{
	(void)printf("%llu:%llu:%llu %s %lld %s",
		     (unsigned long long)at->segment,
		     (unsigned long long)at->offset,
		     (unsigned long long)r->sequence, record_type_name(r->type),
		     (long long)r->time_s, r->path_bytes > 0 ? r->path : "-");
	if (r->type == RECORD_HEADER || r->type == RECORD_SWAP)
		print_header(r);
	else if (r->type == RECORD_MARK)
		print_mark(r);
	else
		(void)printf(" %s", r->body);
	(void)putchar('\n');
}

static int
dump(const char *state, struct err *err)
{
	struct wal_pos oldest = {0};
	struct cursor c;
	struct record r;
	int rc;

	if (cursor_init(&c, state, &oldest, err) != 0)
		return -1;
	while ((rc = cursor_next(&c, 0, &r, err)) > 0) {
		struct wal_pos at = cursor_place(
		    &c,
		    (const struct record_head
			 *)(const void *)(r.path - sizeof(struct record_head)));

		print_record(&r, &at);
		cursor_release(&c, c.at.segment);
	}
	if (rc == 0 && c.n_gaps > 0) {
		*err = c.gap;
		rc = -1;
	}
	cursor_done(&c);
	return rc;
}

int
command_log_main(int argc, char **argv)
{
	static struct program program;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	};
	const struct opt_command cmd = {
	    .name = "robin log",
	    .synopsis = "dump",
	    .brief = "show the write-ahead log",
	    .about = "Prints every record of the write-ahead log, oldest "
		     "first: SEGMENT:OFFSET:SEQUENCE, type, time, path "
		     "and content.  Exits with 1 when records are "
		     "missing.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 1,
	    .operands_max = 1,
	};
	struct err err = {0};
	int rc = opt_parse(&cmd, argc, argv, &err);

	if (rc >= 0 && strcmp(argv[1], "dump") != 0)
		rc =
		    err_set(&err, ERR_USAGE,
			    "robin log: unknown operand \"%s\"; there is: dump",
			    argv[1]);
	if (rc >= 0)
		rc = program_load(&program, &err);
	if (rc >= 0)
		rc = dump(program.state, &err);
	return rc < 0 ? program_fail(&err, "robin log") : EXIT_OK;
}
