/* SPDX-License-Identifier: MIT */
/*
 * The site: what one pass of the generator works with, and what a page is.
 * A page is one file page_NAME.c that defines `const struct page page_NAME`;
 * the Makefile makes the table of them from the folder.
 */
#ifndef WWW_SITE_H
#define WWW_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/conf.h"
#include "core/err.h"
#include "rrd/query.h"
#include "www/fleet.h"
#include "www/out.h"
#include "www/theme.h"

struct site {
	struct conf conf;
	const char *state; /* state folder */
	const char *dir;   /* the user's content and theme; may be NULL */
	int64_t now_s;	   /* for tests: the wall time to write; else 0 */
	struct query q;
	struct fleet fleet;
	struct alarms alarms;
	struct theme *theme;
	struct out out;
	struct buf body; /* the page being written, without its frame */
	struct buf html; /* the same with it */
	uint64_t content_hash;
	char made[64]; /* what the inventory pages were last made from */
};

enum page_when {
	PAGE_ALWAYS,	/* each pass: it shows values */
	PAGE_INVENTORY, /* when a host, family, template or asset changed */
};

struct page {
	const char *name;
	const char *nav;  /* menu word, or NULL */
	const char *href; /* where the menu word leads */
	int order;	  /* in the menu */
	enum page_when when;
	int (*write)(struct site *s, struct err *err);
};

extern const struct page *const site_pages[]; /* NULL-terminated */

/* How one HTML file is framed. */
struct framing {
	const char *file;   /* "h/local/web1/index.html" */
	const char *title;  /* plain text, without the site's name */
	const char *nav;    /* name of the page lit in the menu, or NULL */
	const char *script; /* a further asset to load, or NULL */
	const char *class;  /* of the body, or NULL */
	bool prose;	    /* text, forms, controls: more.css from the start */
	bool stamped;	    /* carries this pass's state and time */
};

int site_init(struct site *s, const char *state, const char *config,
	      struct err *err);
void site_done(struct site *s);

/* One pass over all pages.  0 or -1; s->out counts what was written. */
int site_pass(struct site *s, struct err *err);

/* Drops and reads again templates, assets and content. */
int site_reload(struct site *s, struct err *err);

/* Frames s->body and writes it. */
int site_write(struct site *s, const struct framing *f, struct err *err);

#endif
