/* SPDX-License-Identifier: MIT */
/* Markdown with shortcodes: see markdown.h. */
#include "www/markdown.h"

#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "core/buf.h"
#include "www/short.h"

#define PIECE_MAX (1 << 20)

struct rendering {
	struct site *site;
	const char *name;
	int first_line;
	struct err *err;
};

static int
fail_at(const struct rendering *r, cmark_node *node, const char *what)
{
	int line = 0;

	/* text has no place of its own: its block does */
	for (cmark_node *n = node; n != NULL && line == 0;
	     n = cmark_node_parent(n))
		line = cmark_node_get_start_line(n);
	return err_set(r->err, ERR_CONFIG, "%s:%d: %s", r->name,
		       r->first_line + line - 1, what);
}

static cmark_node *
custom_node(cmark_node_type type, const struct buf *html)
{
	cmark_node *n = cmark_node_new(type);

	if (n != NULL && !cmark_node_set_on_enter(n, html->data)) {
		cmark_node_free(n);
		return NULL;
	}
	return n;
}

static cmark_node *
text_node(const char *text, size_t len)
{
	cmark_node *n = cmark_node_new(CMARK_NODE_TEXT);
	char *copy = strndup(text, len);

	if (n != NULL && copy != NULL)
		(void)cmark_node_set_literal(n, copy);
	free(copy);
	return n;
}

/* A figure inside a paragraph would be invalid: the paragraph, when there is
 * nothing else in it, becomes the block. */
static int
place(struct rendering *r, cmark_node *text, const struct buf *html, bool block)
{
	cmark_node *para = cmark_node_parent(text), *n;

	if (!block) {
		n = custom_node(CMARK_NODE_CUSTOM_INLINE, html);
		return n != NULL && cmark_node_insert_before(text, n)
			   ? 0
			   : fail_at(r, text, "out of memory");
	}
	if (cmark_node_get_type(para) != CMARK_NODE_PARAGRAPH ||
	    cmark_node_first_child(para) != text ||
	    cmark_node_last_child(para) != text)
		return fail_at(r, text,
			       "a graph stands in a paragraph of its own");
	n = custom_node(CMARK_NODE_CUSTOM_BLOCK, html);
	return n != NULL && cmark_node_insert_before(para, n)
		   ? 0
		   : fail_at(r, text, "out of memory");
}

/* One {{…}} of a text node; what was before it has been inserted. */
static int
one_shortcode(struct rendering *r, cmark_node *text, const char *open,
	      const char *close, bool alone, bool *block)
{
	struct err why = {0};
	struct buf html;
	int rc;

	buf_init(&html, PIECE_MAX);
	rc = short_put(r->site, open + 2, (size_t)(close - open - 2), &html,
		       block, &why);
	if (rc != 0)
		rc = fail_at(r, text, why.msg);
	else if (*block && !alone)
		rc = fail_at(r, text,
			     "a graph stands in a paragraph of its own");
	else
		rc = place(r, text, &html, *block);
	buf_done(&html);
	return rc;
}

/* Splits a text node at its shortcodes; the node itself then goes. */
static int
expand(struct rendering *r, cmark_node *text)
{
	const char *all = cmark_node_get_literal(text), *p = all, *open;
	cmark_node *para = cmark_node_parent(text), *rest;
	bool block = false;

	while ((open = strstr(p, "{{")) != NULL) {
		const char *close = strstr(open, "}}");
		bool alone;

		if (close == NULL)
			return fail_at(r, text, "{{ without }}");
		if (open > p) {
			rest = text_node(p, (size_t)(open - p));
			if (rest == NULL ||
			    !cmark_node_insert_before(text, rest))
				return fail_at(r, text, "out of memory");
		}
		alone = open == all && close[2] == '\0';
		if (one_shortcode(r, text, open, close, alone, &block) != 0)
			return -1;
		p = close + 2;
	}
	if (*p != '\0') {
		rest = text_node(p, strlen(p));
		if (rest == NULL || !cmark_node_insert_before(text, rest))
			return fail_at(r, text, "out of memory");
	}
	cmark_node_free(text);
	if (block)
		cmark_node_free(para);
	return 0;
}

/* Collects first: the tree must not change under the iterator. */
static int
expand_all(struct rendering *r, cmark_node *doc)
{
	cmark_iter *it = cmark_iter_new(doc);
	cmark_node **found = NULL;
	size_t n = 0, cap = 0;
	cmark_event_type ev;
	int rc = 0;

	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);

		if (ev != CMARK_EVENT_ENTER ||
		    cmark_node_get_type(node) != CMARK_NODE_TEXT ||
		    strstr(cmark_node_get_literal(node), "{{") == NULL)
			continue;
		if (n == cap) {
			cmark_node **more;

			cap = cap > 0 ? cap * 2 : 16;
			more = reallocarray(found, cap, sizeof(*found));
			if (more == NULL) {
				rc = err_set(r->err, ERR_NOMEM, "%s", r->name);
				break;
			}
			found = more;
		}
		found[n++] = node;
	}
	cmark_iter_free(it);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = expand(r, found[i]);
	free(found);
	return rc;
}

int
markdown_put(struct site *s, const char *name, int first_line, const char *text,
	     size_t len, struct buf *b, struct err *err)
{
	struct rendering r = {
	    .site = s, .name = name, .first_line = first_line, .err = err};
	cmark_node *doc = cmark_parse_document(text, len, CMARK_OPT_DEFAULT);
	char *html = NULL;
	int rc;

	if (doc == NULL)
		return err_set(err, ERR_NOMEM, "%s", name);
	cmark_consolidate_text_nodes(doc);
	rc = expand_all(&r, doc);
	if (rc == 0) {
		html = cmark_render_html(doc, CMARK_OPT_DEFAULT);
		if (html == NULL)
			rc = err_set(err, ERR_NOMEM, "%s", name);
		else
			buf_str(b, html);
	}
	free(html);
	cmark_node_free(doc);
	return rc;
}
