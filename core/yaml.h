/* SPDX-License-Identifier: MIT */
/*
 * A small, strict YAML document as a tree of nodes with their places, for
 * files with free shape (alert rules).  Refused: anchors and aliases, tags, a
 * second document, a repeated key, keys that are no plain words, NUL bytes,
 * more than YAML_BYTES_MAX bytes, YAML_NODES_MAX nodes or YAML_DEPTH_MAX
 * levels.  (libyaml itself exports yaml_free and its kin: hence the prefix.)
 * Scalars stay text; their meaning is the reader's to decide.
 */
#ifndef CORE_YAML_H
#define CORE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define YAML_BYTES_MAX (512 * 1024)
#define YAML_NODES_MAX 50000
#define YAML_DEPTH_MAX 12

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_item {
	enum yaml_kind kind;
	unsigned line, col; /* 1-based */
	const char *key;    /* in a map: its key; else NULL */
	const char *text;   /* YAML_TEXT; "" for an empty value */
	bool plain;	    /* written without quotes */
	size_t n;	    /* children of a list or map */
	struct yaml_item *first, *next;
};

struct yaml_tree;

/*
 * Parses one document.  name is for messages and is copied.  NULL with
 * ERR_CONFIG "name:line:col: …".
 */
struct yaml_tree *yaml_tree_read(const char *name, const char *text, size_t len,
				 struct err *err);
void yaml_tree_free(struct yaml_tree **y);

/* The root item; NULL for an empty document. */
const struct yaml_item *yaml_tree_root(const struct yaml_tree *y);

/* The child of a map with that key, or NULL. */
const struct yaml_item *yaml_tree_find(const struct yaml_item *map,
				       const char *key);

/* Fills err with "name:line:col: …" at that item; returns -1. */
int yaml_tree_fail(const struct yaml_tree *y, const struct yaml_item *at,
		   struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
