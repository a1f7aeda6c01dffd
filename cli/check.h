/* SPDX-License-Identifier: MIT */
/*
 * Health as a table of checks.  `robin status` runs the quick ones and shows
 * a line each; `robin doctor` runs all and adds cause and remedy.  A check
 * looks and never changes anything.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/conf.h"
#include "core/opt.h"

enum check_level {
	CHECK_GOOD,
	CHECK_NOTE, /* worth knowing; not a failure */
	CHECK_BAD,
	CHECK_LEVEL__MAX
};

/* What a check found. */
struct check_result {
	enum check_level level;
	char seen[256];	 /* the evidence, always */
	char cause[256]; /* what is behind it, when not good */
	char fix[512];	 /* the command that mends it, when not good */
};

struct check {
	const char *name; /* "store" */
	bool quick;	  /* part of `robin status` */
	void (*run)(const struct conf *c, struct check_result *out);
};

extern const struct check checks[];
extern const size_t n_checks;

/* Fill a result: the level, and what was seen. */
void check_says(struct check_result *out, enum check_level level,
		const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void check_cause(struct check_result *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void check_fix(struct check_result *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Checks of check_data.c (what is stored), check_runway.c (when the disk is
 * full) and check_host.c (the machine). */
void check_age(const struct conf *c, struct check_result *out);
void check_series(const struct conf *c, struct check_result *out);
void check_refused(const struct conf *c, struct check_result *out);
void check_log(const struct conf *c, struct check_result *out);
void check_schema(const struct conf *c, struct check_result *out);
void check_runway(const struct conf *c, struct check_result *out);
void check_disk(const struct conf *c, struct check_result *out);
void check_clock(const struct conf *c, struct check_result *out);
void check_folder(const struct conf *c, struct check_result *out);
void check_owner(const struct conf *c, struct check_result *out);
void check_fonts(const struct conf *c, struct check_result *out);
void check_nginx(const struct conf *c, struct check_result *out);

/*
 * The whole of a command: its options are --state, --config and --json.  Runs
 * the quick checks or all, writes them on standard output with (all) or
 * without cause and fix; the exit status.
 */
int check_main(const struct opt_command *cmd, bool all, int argc, char **argv);

#endif
