/* SPDX-License-Identifier: MIT */
/*
 * What the site is dressed in: templates and assets.  Built-in ones are
 * linked into the program; a file of the same name below DIR/templates or
 * DIR/assets replaces it, further files in DIR/assets are published too.
 * An asset's public name carries a hash of its bytes, so it never goes
 * stale: site.css is /a/site-1f0c2a9b.css.
 */
#ifndef WWW_THEME_H
#define WWW_THEME_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct buf;
struct out;
struct site;
struct theme;

/* dir may be NULL or a folder that does not exist: all built-in. */
struct theme *theme_new(const char *dir, struct err *err);
void theme_free(struct theme **t);

/* The public path of an asset, or NULL when there is none of that name. */
const char *theme_asset(const struct theme *t, const char *name);

/* Changes when any template or asset does. */
uint64_t theme_hash(const struct theme *t);

/* Writes every asset below the site's folder; 0 or -1. */
int theme_publish(const struct theme *t, struct out *o, struct err *err);

/*
 * A hole in a template, {{name}}: text is escaped, html is as it is, fn
 * writes it.  Exactly one of the three is set.
 */
struct slot {
	const char *name;
	const char *text;
	const struct buf *html;
	void (*fn)(struct site *s, const void *arg, struct buf *b);
};

/*
 * Appends the template of that name with its holes filled.  {{asset:NAME}}
 * is an asset's path.  An unknown hole is ERR_CONFIG, "file:line: …".
 */
int theme_fill(const struct theme *t, const char *name,
	       const struct slot *slots, size_t n_slots, struct site *s,
	       const void *arg, struct buf *b, struct err *err);

#endif
