/* SPDX-License-Identifier: MIT */
/*
 * The address of a picture or its numbers (everything is in the path,
 * because wikis drop query strings and want the extension):
 *
 *	/g/CLUSTER/HOST[,HOST…]/FAMILY[.INSTANCE]/RANGE[,OPTION…].EXT
 *
 * Options come from one table; each at most once.  Any order is understood,
 * the table's order is canonical.  Pure; fuzzed.
 */
#ifndef FCGI_TARGET_H
#define FCGI_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/path.h"
#include "core/when.h"
#include "fcgi/uri.h"

#define TARGET_HOSTS_MAX  8
#define TARGET_SIZE	  3072 /* of a canonical address and its NUL */
#define TARGET_WIDTH	  600  /* when no size is given; the legend's */
#define TARGET_HEIGHT	  200  /* height is then added */
#define TARGET_WIDTH_MIN  60
#define TARGET_WIDTH_MAX  4000
#define TARGET_HEIGHT_MIN 30
#define TARGET_HEIGHT_MAX 4000

enum target_ext {
	TARGET_PNG,
	TARGET_SVG,
	TARGET_JSON,
	TARGET_CSV,
	TARGET_EXT__MAX
};

/* In canonical order; the words are target_options'. */
enum target_option {
	TARGET_SIZED,
	TARGET_2X,
	TARGET_DARK,
	TARGET_LIGHT,
	TARGET_STACK,
	TARGET_ENVELOPE,
	TARGET_P95,
	TARGET_FORECAST,
	TARGET_NOTES,
	TARGET_NOLEGEND,
	TARGET_OPTION__MAX
};
#define TARGET_BIT(option) (1U << (option))

struct target_word {
	const char *word;  /* "dark"; "WIDTHxHEIGHT" for the size */
	unsigned excludes; /* TARGET_BIT of what it cannot stand beside */
	const char *help;
};
extern const struct target_word target_words[TARGET_OPTION__MAX];

struct target {
	size_t n_hosts;
	struct path paths[TARGET_HOSTS_MAX]; /* same family and instance */
	struct when_range range;
	unsigned options; /* TARGET_BIT(…) | … */
	unsigned width, height;
	enum target_ext ext;
	bool canonical;	       /* it was written in the canonical form */
	char url[TARGET_SIZE]; /* the canonical form */
};

/*
 * Parses a request target whose first segment is "g".  Query parameters are
 * an alias of options (?dark&size=800x200, ?from=…&to=…); canonical is false
 * when there are any.  0, or -1 with ERR_INVALID or ERR_NOT_FOUND (too few
 * or many parts); *out then has no meaning.
 */
int target_parse(const struct uri *uri, int64_t now_s, struct target *out,
		 struct err *err);

/*
 * What size and theme an address seems to ask for, valid or not: for the
 * picture that says why there is none.  Leaves the defaults where it cannot
 * tell.
 */
void target_guess(const char *raw, unsigned *width, unsigned *height,
		  bool *dark);

/* "png" */
const char *target_ext_name(enum target_ext ext);

/* Writes a name for the file: "web1-cpu-day.png". */
void target_filename(const struct target *t, char out[160]);

#endif
