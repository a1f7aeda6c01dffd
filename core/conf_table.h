/* SPDX-License-Identifier: MIT */
/*
 * Inside of core/conf*.c: the option table and what a type of value can do.
 * A path names an option ("site.title"); a component in capitals is a free
 * key ("collectors.NAME.step"), whose rows describe one item of an array.
 */
#ifndef CORE_CONF_TABLE_H
#define CORE_CONF_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;
struct conf;

enum conf_type {
	CONF_TEXT,     /* char[size] */
	CONF_BOOL,     /* bool: true or false, nothing else */
	CONF_COUNT,    /* int32_t: a whole number */
	CONF_DURATION, /* int32_t seconds: a number and its unit, 10s 5m 2h 1d
			*/
	CONF_PERCENT,  /* double ratio 0..1: 95% */
	CONF_TYPE__MAX
};

struct conf_row {
	const char *path;
	enum conf_type type;
	size_t offset, size;  /* in struct conf, or in the item of a map */
	const char *standard; /* the default as it would be written; NULL: an
			       * empty text or 0, shown only when it is set */
	int64_t min, max;     /* of numbers: seconds, percent, count */
	int (*check)(const char *text, struct err *err); /* of texts; or NULL */
	const char *help;
	bool secret;
};

/* A section with free keys: an array of items that start with their key. */
struct conf_map {
	const char *path; /* "collectors.NAME" */
	size_t items, item_size, max;
	size_t count; /* offset of the size_t that counts the items */
	size_t key_size;
	int (*check)(const char *key, struct err *err);
	const char *help;
};

extern const struct conf_row conf_rows[];
extern const size_t conf_n_rows;
extern const struct conf_map conf_maps[];
extern const size_t conf_n_maps;

/* The map whose items a row describes; NULL for a row of struct conf. */
const struct conf_map *conf_row_map(const struct conf_row *row);

/* The item of that key, made with its defaults when absent; NULL: full. */
void *conf_item(struct conf *c, const struct conf_map *map, const char *key);

/*
 * Reads one scalar into base + row->offset.  text[len] is 0; plain: written
 * without quotes.
 * -1 with what is wrong (no position) and nothing stored.
 */
int conf_scalar_parse(const struct conf_row *row, const char *text, size_t len,
		      bool plain, void *base, struct err *err);

/* Appends the value as conf_scalar_parse reads it back. */
void conf_scalar_show(const struct conf_row *row, const void *base,
		      struct buf *out);

/* "duration", "true or false"…: for messages and the reference. */
const char *conf_type_name(enum conf_type type);

#endif
