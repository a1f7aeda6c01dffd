/* SPDX-License-Identifier: MIT */
/*
 * One YAML document's bytes in, values in struct conf out: the tree that
 * libyaml builds is walked under the option table.  Every message begins with
 * file:line:col.
 */
#include "core/conf.h"

#include <stdio.h>
#include <string.h>

#include "core/conf_reading.h"
#include "core/conf_table.h"
#include "core/opt.h"

#define PAIRS_MAX    512 /* of one map */
#define PATTERN_SIZE 96

/* Where a map stands in the table. */
struct place {
	char pattern[PATTERN_SIZE]; /* "collectors.NAME", "" at the top */
	void *base;		    /* struct conf or the map's item */
};

static void
problem_at(struct reading *r, const yaml_node_t *node, const struct err *why)
{
	conf_problem(r, node->start_mark.line, node->start_mark.column, why);
}

/* The next component of path after pattern, or NULL; *len its length. */
static const char *
component(const char *path, const char *pattern, size_t *len)
{
	size_t skip = strlen(pattern);

	if (strncmp(path, pattern, skip) != 0)
		return NULL;
	if (skip > 0) {
		if (path[skip] != '.')
			return NULL;
		skip++;
	}
	*len = strcspn(path + skip, ".");
	return path + skip;
}

static bool
is_free(const char *name)
{
	return name[0] >= 'A' && name[0] <= 'Z';
}

static const struct conf_map *
find_map(const char *pattern)
{
	for (size_t i = 0; i < conf_n_maps; i++) {
		size_t len, at = strlen(pattern);

		if (component(conf_maps[i].path, pattern, &len) != NULL &&
		    is_free(conf_maps[i].path + (at > 0 ? at + 1 : 0)))
			return &conf_maps[i];
	}
	return NULL;
}

static void
unknown_key(struct reading *r, const yaml_node_t *key, const char *pattern,
	    const char *text)
{
	char words[64][PATTERN_SIZE];
	const char *list[64], *near;
	size_t n = 0, len;
	struct err why;

	for (size_t i = 0; i < conf_n_rows && n < 64; i++) {
		const char *name = component(conf_rows[i].path, pattern, &len);

		if (name == NULL || is_free(name) || len >= PATTERN_SIZE)
			continue;
		(void)snprintf(words[n], PATTERN_SIZE, "%.*s", (int)len, name);
		list[n] = words[n];
		n++;
	}
	near = opt_nearest(text, list, n);
	(void)err_set(&why, ERR_CONFIG, "%s%sunknown key \"%.40s\"%s%s%s",
		      pattern, pattern[0] != '\0' ? ": " : "", text,
		      near != NULL ? " (did you mean \"" : "",
		      near != NULL ? near : "", near != NULL ? "\"?)" : "");
	problem_at(r, key, &why);
}

static bool
is_empty(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.length == 0 &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static void read_map(struct reading *r, const yaml_node_t *node,
		     const struct place *place);

static void
read_leaf(struct reading *r, const struct conf_row *row,
	  const yaml_node_t *node, void *base)
{
	struct err why;

	if (node->type != YAML_SCALAR_NODE)
		(void)err_set(&why, ERR_CONFIG, "%s: a %s is expected",
			      row->path, conf_type_name(row->type));
	else if (conf_scalar_parse(row, (const char *)node->data.scalar.value,
				   node->data.scalar.length,
				   node->data.scalar.style ==
				       YAML_PLAIN_SCALAR_STYLE,
				   base, &why) == 0)
		return;
	else
		(void)err_prefix(&why, "%s", row->path);
	problem_at(r, node, &why);
}

/* One key with its own name below the place; false when there is no such. */
static bool
read_named(struct reading *r, const char *key, const yaml_node_t *value,
	   const struct place *place)
{
	struct place below = {.base = place->base};
	size_t key_len = strlen(key), len;

	for (size_t i = 0; i < conf_n_rows; i++) {
		const struct conf_row *row = &conf_rows[i];
		const char *name = component(row->path, place->pattern, &len);

		if (name == NULL || len != key_len || is_free(name) ||
		    memcmp(name, key, len) != 0)
			continue;
		if (name[len] == '\0') {
			read_leaf(r, row, value, place->base);
			return true;
		}
		(void)snprintf(below.pattern, sizeof(below.pattern), "%.*s",
			       (int)(name + len - row->path), row->path);
		read_map(r, value, &below);
		return true;
	}
	return false;
}

static void
read_item(struct reading *r, const struct conf_map *map, const char *key,
	  const yaml_node_t *key_node, const yaml_node_t *value)
{
	struct place below;
	struct err why;

	if (map->check != NULL && map->check(key, &why) != 0) {
		(void)err_prefix(&why, "%.40s: \"%.40s\"", map->path, key);
		problem_at(r, key_node, &why);
		return;
	}
	below.base = conf_item(r->conf, map, key);
	if (below.base == NULL) {
		(void)err_set(&why, ERR_CONFIG,
			      "%s: too many entries, or a key that is too long",
			      map->path);
		problem_at(r, key_node, &why);
		return;
	}
	(void)snprintf(below.pattern, sizeof(below.pattern), "%s", map->path);
	read_map(r, value, &below);
}

static const yaml_node_t *
node_at(struct reading *r, int index)
{
	return yaml_document_get_node(&r->doc, index);
}

/* Whether an earlier pair of the map has the same key. */
static bool
is_repeated(struct reading *r, const yaml_node_t *map,
	    const yaml_node_pair_t *pair, const yaml_node_t *key)
{
	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < pair; p++) {
		const yaml_node_t *k = node_at(r, p->key);

		if (k->type == YAML_SCALAR_NODE &&
		    k->data.scalar.length == key->data.scalar.length &&
		    memcmp(k->data.scalar.value, key->data.scalar.value,
			   key->data.scalar.length) == 0)
			return true;
	}
	return false;
}

static void
read_pair(struct reading *r, const yaml_node_t *map,
	  const yaml_node_pair_t *pair, const struct place *place)
{
	const yaml_node_t *key = node_at(r, pair->key);
	const yaml_node_t *value = node_at(r, pair->value);
	const struct conf_map *free_keys = find_map(place->pattern);
	const char *text = (const char *)key->data.scalar.value;
	struct err why;

	if (key->type != YAML_SCALAR_NODE || key->data.scalar.length == 0 ||
	    strlen(text) != key->data.scalar.length) {
		(void)err_set(&why, ERR_CONFIG, "a key is a plain word");
		problem_at(r, key, &why);
	} else if (is_repeated(r, map, pair, key)) {
		(void)err_set(&why, ERR_CONFIG,
			      "\"%.40s\" stands here a second time", text);
		problem_at(r, key, &why);
	} else if (free_keys != NULL)
		read_item(r, free_keys, text, key, value);
	else if (!read_named(r, text, value, place))
		unknown_key(r, key, place->pattern, text);
}

static void
read_map(struct reading *r, const yaml_node_t *node, const struct place *place)
{
	const yaml_node_pair_t *pair, *end;
	struct err why;

	if (is_empty(node))
		return;
	if (node->type != YAML_MAPPING_NODE) {
		(void)err_set(
		    &why, ERR_CONFIG,
		    "%s%sa section of \"key: value\" lines is expected",
		    place->pattern, place->pattern[0] != '\0' ? ": " : "");
		problem_at(r, node, &why);
		return;
	}
	pair = node->data.mapping.pairs.start;
	end = node->data.mapping.pairs.top;
	if (end - pair > PAIRS_MAX) {
		(void)err_set(&why, ERR_CONFIG, "over %d keys in one section",
			      PAIRS_MAX);
		problem_at(r, node, &why);
		return;
	}
	for (; pair < end && r->n_problems < PROBLEMS_MAX; pair++)
		read_pair(r, node, pair, place);
}

static int
read_document(struct reading *r, const char *text, size_t len)
{
	struct place top = {.base = r->conf};
	const yaml_node_t *root;
	yaml_parser_t p;

	if (!yaml_parser_initialize(&p))
		return err_set(r->err, ERR_NOMEM, "%s: out of memory", r->name);
	conf_start_parser(&p, text, len);
	if (!yaml_parser_load(&p, &r->doc)) {
		conf_syntax_problem(r, &p, text);
		yaml_parser_delete(&p);
		return -1;
	}
	root = yaml_document_get_root_node(&r->doc);
	if (root != NULL)
		read_map(r, root, &top);
	yaml_document_delete(&r->doc);
	yaml_parser_delete(&p);
	return r->n_problems == 0 ? 0 : -1;
}

int
conf_parse(struct conf *c, const char *name, const char *text, size_t len,
	   struct buf *all, struct err *err)
{
	struct conf next = *c;
	struct reading r = {
	    .conf = &next, .name = name, .all = all, .err = err};

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (len > CONF_BYTES_MAX) {
		struct err why;

		(void)err_set(&why, ERR_CONFIG, "over %d bytes",
			      CONF_BYTES_MAX);
		conf_problem(&r, 0, 0, &why);
		return -1;
	}
	if (conf_check_events(&r, text, len) != 0 ||
	    read_document(&r, text, len) != 0)
		return -1;
	*c = next;
	return 0;
}
