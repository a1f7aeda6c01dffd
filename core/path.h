/* SPDX-License-Identifier: MIT */
/*
 * Names of series.  PATH is cluster/host/family[.instance]; cluster, host and
 * instance are slugs, so a path is at once a file name below rrd/, a URL part
 * and what people type.  Slug: A-Z a-z 0-9 _ . - stand for themselves, '/' is
 * ':', any other byte (also ':' '=' ',' '~' and a leading '.' or '-') is =hh
 * with lower-case hex.  Over 180 bytes: the first 150, '~', 16 hex digits of
 * the XXH64 of the whole slug.
 */
#ifndef CORE_PATH_H
#define CORE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct buf;

#define SLUG_MAX   180
#define FAMILY_MAX 48
#define PATH_SIZE  (2 * (SLUG_MAX + 1) + FAMILY_MAX + 1 + SLUG_MAX + 1)

struct path {
	char cluster[SLUG_MAX + 1];
	char host[SLUG_MAX + 1];
	char family[FAMILY_MAX + 1];
	char instance[SLUG_MAX + 1]; /* "" when the family has none */
};

/* Writes the slug of any n bytes; an empty input is the slug "=". */
void slug_make(const char *raw, size_t n, char out[SLUG_MAX + 1]);

/* Whether text is a slug as slug_make writes it. */
bool slug_valid(const char *text, size_t len);

/*
 * Appends the bytes a slug stands for, for people to read ("/" for ":");
 * a shortened slug is shown as it is.  Not escaped for HTML.
 */
void slug_text(struct buf *b, const char *slug);

/* [a-z][a-z0-9_]{0,47} */
bool family_name_valid(const char *text, size_t len);

/*
 * Parses cluster/host/family[.instance]; every part must be valid as it
 * stands (nothing is converted).  0, or -1 with ERR_INVALID.
 */
int path_parse(const char *text, size_t len, struct path *out, struct err *err);

/* Parses the last part alone: family[.instance]. */
int path_parse_leaf(const char *text, size_t len, struct path *out,
		    struct err *err);

/* Writes the canonical text, terminated; returns its length. */
size_t path_format(const struct path *p, char out[PATH_SIZE]);

#endif
