/* SPDX-License-Identifier: MIT */
/*
 * libyaml's events become a tree: see yaml.h.  Every node and text is one
 * allocation in a list that yaml_tree_free walks, so a half-built tree needs no
 * care.
 */
#include "core/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct block {
	struct block *next;
	_Alignas(max_align_t) char bytes[];
};

struct yaml_tree {
	char name[128];
	struct yaml_item *root;
	struct block *blocks;
	size_t n_nodes;
};

/* The nodes that are still open, innermost last. */
struct growth {
	struct yaml_tree *y;
	struct err *err;
	struct yaml_item *open[YAML_DEPTH_MAX];
	struct yaml_item *last[YAML_DEPTH_MAX]; /* newest child of each */
	size_t depth;
	const char *key; /* read, and its value is not there yet */
	size_t documents;
	bool done;
};

static void *
keep(struct yaml_tree *y, const void *data, size_t n)
{
	struct block *b = malloc(sizeof(*b) + n + 1);

	if (b == NULL)
		return NULL;
	b->next = y->blocks;
	y->blocks = b;
	if (data != NULL)
		memcpy(b->bytes, data, n);
	else
		memset(b->bytes, 0, n);
	b->bytes[n] = '\0';
	return b->bytes;
}

static int
fail_at(const struct yaml_tree *y, unsigned line, unsigned col, struct err *err,
	const char *what)
{
	return err_set(err, ERR_CONFIG, "%s:%u:%u: %s", y->name, line, col,
		       what);
}

static int
fail_mark(const struct growth *g, const yaml_mark_t *m, const char *what)
{
	return fail_at(g->y, (unsigned)m->line + 1, (unsigned)m->column + 1,
		       g->err, what);
}

int
yaml_tree_fail(const struct yaml_tree *y, const struct yaml_item *at,
	       struct err *err, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return fail_at(y, at != NULL ? at->line : 1, at != NULL ? at->col : 1,
		       err, text);
}

static bool
in_map(const struct growth *g)
{
	return g->depth > 0 && g->open[g->depth - 1]->kind == YAML_MAP;
}

/* A scalar where a map expects a key. */
static int
take_key(struct growth *g, const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;

	if (n == 0 || strlen(text) != n)
		return fail_mark(g, &e->start_mark, "a key is a plain word");
	if (yaml_tree_find(g->open[g->depth - 1], text) != NULL)
		return fail_mark(g, &e->start_mark,
				 "this key stands here a second time");
	g->key = keep(g->y, text, n);
	if (g->key == NULL)
		return err_set(g->err, ERR_NOMEM, "out of memory");
	return 0;
}

/* Hangs a new node below the innermost open one. */
static struct yaml_item *
attach(struct growth *g, const yaml_event_t *e, enum yaml_kind kind)
{
	struct yaml_item *item = NULL;

	if (g->y->n_nodes++ >= YAML_NODES_MAX)
		(void)fail_mark(g, &e->start_mark, "too many entries");
	else if ((item = keep(g->y, NULL, sizeof(*item))) == NULL)
		(void)err_set(g->err, ERR_NOMEM, "out of memory");
	if (item == NULL)
		return NULL;
	item->kind = kind;
	item->line = (unsigned)e->start_mark.line + 1;
	item->col = (unsigned)e->start_mark.column + 1;
	item->key = g->key;
	item->text = "";
	g->key = NULL;
	if (g->depth == 0) {
		g->y->root = item;
		return item;
	}
	if (g->last[g->depth - 1] == NULL)
		g->open[g->depth - 1]->first = item;
	else
		g->last[g->depth - 1]->next = item;
	g->last[g->depth - 1] = item;
	g->open[g->depth - 1]->n++;
	return item;
}

static int
take_scalar(struct growth *g, const yaml_event_t *e)
{
	struct yaml_item *item;

	if (e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL)
		return fail_mark(g, &e->start_mark,
				 "anchors and tags are not used here");
	if (in_map(g) && g->key == NULL)
		return take_key(g, e);
	if (memchr(e->data.scalar.value, 0, e->data.scalar.length) != NULL)
		return fail_mark(g, &e->start_mark, "a NUL byte");
	item = attach(g, e, YAML_TEXT);
	if (item == NULL)
		return -1;
	item->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	item->text = keep(g->y, e->data.scalar.value, e->data.scalar.length);
	if (item->text == NULL)
		return err_set(g->err, ERR_NOMEM, "out of memory");
	return 0;
}

static int
take_start(struct growth *g, const yaml_event_t *e, enum yaml_kind kind,
	   const void *anchor, const void *tag)
{
	struct yaml_item *item;

	if (anchor != NULL || tag != NULL)
		return fail_mark(g, &e->start_mark,
				 "anchors and tags are not used here");
	if (in_map(g) && g->key == NULL)
		return fail_mark(g, &e->start_mark, "a key is a plain word");
	if (g->depth == YAML_DEPTH_MAX)
		return fail_mark(g, &e->start_mark, "nested too deep");
	item = attach(g, e, kind);
	if (item == NULL)
		return -1;
	g->open[g->depth] = item;
	g->last[g->depth] = NULL;
	g->depth++;
	return 0;
}

static int
take_event(struct growth *g, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(g, e);
	case YAML_MAPPING_START_EVENT:
		return take_start(g, e, YAML_MAP, e->data.mapping_start.anchor,
				  e->data.mapping_start.tag);
	case YAML_SEQUENCE_START_EVENT:
		return take_start(g, e, YAML_LIST,
				  e->data.sequence_start.anchor,
				  e->data.sequence_start.tag);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		g->depth--;
		return 0;
	case YAML_ALIAS_EVENT:
		return fail_mark(g, &e->start_mark,
				 "aliases are not used here");
	case YAML_DOCUMENT_START_EVENT:
		if (g->documents++ > 0)
			return fail_mark(g, &e->start_mark,
					 "a second document");
		return 0;
	case YAML_STREAM_END_EVENT:
		g->done = true;
		return 0;
	default:
		return 0;
	}
}

static int
grow(struct growth *g, yaml_parser_t *p)
{
	int rc = 0;

	while (rc == 0 && !g->done) {
		yaml_event_t e;

		if (!yaml_parser_parse(p, &e)) {
			char what[160];

			(void)snprintf(what, sizeof(what), "%s",
				       p->problem != NULL ? p->problem
							  : "not YAML");
			return fail_mark(g, &p->problem_mark, what);
		}
		rc = take_event(g, &e);
		yaml_event_delete(&e);
	}
	return rc;
}

static struct yaml_tree *
new_tree(const char *name)
{
	struct yaml_tree *y = calloc(1, sizeof(*y));

	if (y != NULL)
		(void)snprintf(y->name, sizeof(y->name), "%s", name);
	return y;
}

struct yaml_tree *
yaml_tree_read(const char *name, const char *text, size_t len, struct err *err)
{
	struct yaml_tree *y = new_tree(name);
	struct growth g = {.y = y, .err = err};
	yaml_parser_t p;
	int rc;

	if (y == NULL || !yaml_parser_initialize(&p)) {
		free(y);
		err_set(err, ERR_NOMEM, "%s: out of memory", name);
		return NULL;
	}
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p, (const unsigned char *)text, len);
	rc = len > YAML_BYTES_MAX ? fail_at(y, 1, 1, err, "too large")
				  : grow(&g, &p);
	yaml_parser_delete(&p);
	if (rc != 0)
		yaml_tree_free(&y);
	return y;
}

void
yaml_tree_free(struct yaml_tree **y)
{
	if (y == NULL || *y == NULL)
		return;
	for (struct block *b = (*y)->blocks, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(*y);
	*y = NULL;
}

const struct yaml_item *
yaml_tree_root(const struct yaml_tree *y)
{
	return y->root;
}

const struct yaml_item *
yaml_tree_find(const struct yaml_item *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (const struct yaml_item *i = map->first; i != NULL; i = i->next)
		if (i->key != NULL && strcmp(i->key, key) == 0)
			return i;
	return NULL;
}
