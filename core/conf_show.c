/* SPDX-License-Identifier: MIT */
/* The option table written out: as YAML with values, as a reference. */
#include "core/conf.h"

#include <string.h>

#include "core/buf.h"
#include "core/conf_table.h"

#define DEPTH 4

struct showing {
	struct buf *out;
	const struct conf *conf;
	bool changes;	    /* leave out what equals its default */
	char shown[256];    /* the path of the line above */
	const char *prefix; /* of every line; NULL: none */
};

/* Whether the value is as its default is (or, without one, unset). */
static bool
is_standard(const struct conf_row *row, const void *base,
	    const struct conf *plain)
{
	struct buf a, b;
	bool same;

	buf_init(&a, 4096);
	buf_init(&b, 4096);
	conf_scalar_show(row, base, &a);
	conf_scalar_show(row, plain, &b);
	same = buf_ok(&a) && buf_ok(&b) && strcmp(a.data, b.data) == 0;
	buf_done(&a);
	buf_done(&b);
	return same;
}

static bool
is_unset(const struct conf_row *row, const void *base)
{
	const char *p = (const char *)base + row->offset;
	int32_t n;

	if (row->standard != NULL)
		return false;
	if (row->type == CONF_TEXT)
		return p[0] == '\0';
	memcpy(&n, p, sizeof(n));
	return n == 0;
}

/* Writes the section lines that lead to path, then its last name. */
static void
put_name(struct showing *s, const char *path)
{
	size_t level = 0, common = 0, start = 0;

	for (size_t i = 0; path[i] != '\0' && path[i] == s->shown[i]; i++)
		if (path[i] == '.')
			common = i + 1;
	for (size_t i = 0;; i++) {
		if (path[i] != '.' && path[i] != '\0')
			continue;
		if (start >= common || path[i] == '\0') {
			if (s->prefix != NULL)
				buf_str(s->out, s->prefix);
			for (size_t k = 0; k < level; k++)
				buf_str(s->out, "  ");
			buf_put(s->out, path + start, i - start);
			buf_str(s->out, path[i] == '.' ? ":\n" : ": ");
		}
		if (path[i] == '\0')
			break;
		start = i + 1;
		level++;
	}
	memcpy(s->shown, path, strlen(path) + 1);
}

static void
show_row(struct showing *s, const struct conf_row *row, const char *path,
	 const void *base, const void *plain)
{
	if (is_unset(row, base) ||
	    (s->changes && is_standard(row, base, plain)))
		return;
	put_name(s, path);
	conf_scalar_show(row, base, s->out);
	buf_char(s->out, '\n');
}

/* The path of a row with its free key filled in. */
static void
item_path(const struct conf_map *map, const struct conf_row *row,
	  const char *key, struct buf *path)
{
	const char *dot = strrchr(map->path, '.');

	buf_reset(path);
	buf_put(path, map->path, (size_t)(dot + 1 - map->path));
	buf_str(path, key);
	buf_str(path, row->path + strlen(map->path));
}

static void
show_items(struct showing *s, const struct conf_map *map, size_t first,
	   size_t last)
{
	const char *items = (const char *)s->conf + map->items;
	size_t n;
	struct buf path;

	memcpy(&n, (const char *)s->conf + map->count, sizeof(n));
	buf_init(&path, sizeof(s->shown) - 1);
	for (size_t k = 0; k < n; k++) {
		const char *item = items + k * map->item_size;

		for (size_t i = first; i < last; i++) {
			item_path(map, &conf_rows[i], item, &path);
			/* an item is there because a file names it */
			if (buf_ok(&path) && !is_unset(&conf_rows[i], item)) {
				put_name(s, path.data);
				conf_scalar_show(&conf_rows[i], item, s->out);
				buf_char(s->out, '\n');
			}
		}
	}
	buf_done(&path);
}

static void
show(struct showing *s)
{
	struct conf plain;

	conf_defaults(&plain);
	for (size_t i = 0; i < conf_n_rows; i++) {
		const struct conf_map *map = conf_row_map(&conf_rows[i]);
		size_t last = i + 1;

		if (map == NULL) {
			show_row(s, &conf_rows[i], conf_rows[i].path, s->conf,
				 &plain);
			continue;
		}
		while (last < conf_n_rows &&
		       conf_row_map(&conf_rows[last]) == map)
			last++;
		show_items(s, map, i, last);
		i = last - 1;
	}
}

void
conf_show(const struct conf *c, struct buf *out)
{
	struct showing s = {.out = out, .conf = c};

	show(&s);
}

void
conf_show_changes(const struct conf *c, struct buf *out)
{
	struct showing s = {.out = out, .conf = c, .changes = true};

	show(&s);
}

/* The value an example shows: the default, or what one could write. */
static const char *
example_value(const struct conf_row *row)
{
	static const char *const values[CONF_TYPE__MAX] = {
	    [CONF_TEXT] = "...",
	    [CONF_BOOL] = "true",
	    [CONF_COUNT] = "1",
	    [CONF_DURATION] = "10s",
	    [CONF_PERCENT] = "95%"};

	return row->standard != NULL ? row->standard : values[row->type];
}

void
conf_example(struct buf *out)
{
	struct showing s = {.out = out, .prefix = "#"};

	buf_str(out,
		"# Robin's configuration; every line below shows a default.\n"
		"# Check it with: robin config check\n"
		"# Files named *.yml in the folder conf.d beside it count "
		"after it.\n");
	for (size_t i = 0; i < conf_n_rows; i++) {
		const struct conf_row *row = &conf_rows[i];

		buf_fmt(out, "\n# %s.\n", row->help);
		put_name(&s, row->path);
		buf_fmt(out, "%s\n", example_value(row));
	}
}

static void
docs_bounds(const struct conf_row *row, struct buf *out)
{
	static const char *const units[CONF_TYPE__MAX] = {
	    [CONF_DURATION] = "s", [CONF_PERCENT] = "%"};

	if (row->max > row->min)
		buf_fmt(out, ", %lld%s to %lld%s", (long long)row->min,
			units[row->type] != NULL ? units[row->type] : "",
			(long long)row->max,
			units[row->type] != NULL ? units[row->type] : "");
}

void
conf_docs(struct buf *out)
{
	buf_str(out, "| option | value | default | meaning |\n"
		     "|---|---|---|---|\n");
	for (size_t i = 0; i < conf_n_rows; i++) {
		const struct conf_row *row = &conf_rows[i];

		buf_fmt(out, "| `%s` | %s", row->path,
			conf_type_name(row->type));
		docs_bounds(row, out);
		if (row->standard != NULL)
			buf_fmt(out, " | `%s` | %s |\n", row->standard,
				row->help);
		else
			buf_fmt(out, " | | %s |\n", row->help);
	}
}
