/* SPDX-License-Identifier: MIT */
/*
 * Command lines from one table.  A program (or a subcommand of `robin`)
 * states its options once; parsing, --help, the man page and shell completion
 * are loops over the table.
 */
#ifndef CORE_OPT_H
#define CORE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;

enum opt_type {
	OPT_FLAG,   /* bool * */
	OPT_STRING, /* const char ** : borrowed from argv */
	OPT_INT,    /* int64_t *, checked against [min, max] */
};

struct opt {
	const char *name; /* long name without dashes */
	char letter;	  /* short form, or 0 */
	enum opt_type type;
	const char *arg;  /* placeholder: "DIR"; NULL for flags */
	const char *help; /* one sentence, no final full stop */
	void *value;	  /* where it goes; keeps its default */
	int64_t min, max; /* OPT_INT */
	bool hidden;
};

struct opt_command {
	const char *name;     /* "robin put", "robin-collect" */
	const char *synopsis; /* operands: "[FILE|-]" */
	const char *brief;    /* one line */
	const char *about;    /* paragraphs for --help and the man page */
	const char *exits;    /* extra exit codes, or NULL */
	const struct opt *opts;
	size_t n_opts;
	int operands_min, operands_max; /* max -1: any number */
};

/*
 * Parses argv[1…]; options may stand anywhere before "--", as --name VALUE,
 * --name=VALUE, -x VALUE or -xVALUE (a value may begin with '-': --from -6h);
 * the last of a repeated option counts.  The defaults --help shows are what
 * the values hold before the call; nothing is stored on failure.  On success
 * returns the number of operands, moved to argv[1…n].  --help, --version,
 * --help-man and --help-complete are answered on standard output and return
 * OPT_ANSWERED.  -1 with ERR_USAGE names the option and, where near, "did
 * you mean".
 */
#define OPT_ANSWERED (-2)
int opt_parse(const struct opt_command *cmd, int argc, char **argv,
	      struct err *err);

/*
 * For main: writes "NAME: message" to standard error (and where help is to
 * be had, for ERR_USAGE); returns the exit status that stands for the error.
 * ERR_NONE, as OPT_ANSWERED leaves it, says nothing and is EXIT_OK.
 */
int opt_fail(const struct opt_command *cmd, const struct err *err);

/*
 * The texts themselves, for make's doc targets and tests: --help, one line of
 * --version, a man page in mdoc(7), a bash completion function.
 */
void opt_help(const struct opt_command *cmd, struct buf *out);
void opt_version(const struct opt_command *cmd, struct buf *out);
void opt_man(const struct opt_command *cmd, struct buf *out);
void opt_complete(const struct opt_command *cmd, struct buf *out);

/* The nearest of n words within edit distance 2, or NULL. */
const char *opt_nearest(const char *word, const char *const *words, size_t n);

/* ERR_USAGE "no such WHAT WORD", with the nearest of n words; returns -1. */
int opt_unknown(const char *what, const char *word, const char *const *words,
		size_t n, struct err *err);

#endif
