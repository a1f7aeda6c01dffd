/* SPDX-License-Identifier: MIT */
/*
 * The user's Markdown as pages: DIR/content/NAME.md becomes /pages/NAME/,
 * with shortcodes showing live pieces.  Front matter between --- lines may
 * set title, nav (a word in the list's place) and order.
 */
#include <string.h>

#include "core/yaml.h"
#include "www/content.h"
#include "www/markdown.h"
#include "www/put.h"
#include "www/site.h"

struct front {
	char title[200];
	const char *body;
	size_t len;
	int first_line; /* of the body, in the file */
};

static int
take_front(struct front *f, const char *file, const char *text, size_t len,
	   struct err *err)
{
	struct yaml_tree *y = yaml_tree_read(file, text, len, err);
	const struct yaml_item *root, *i;
	int rc = 0;

	if (y == NULL)
		return -1;
	root = yaml_tree_root(y);
	if (root != NULL && root->kind != YAML_MAP)
		rc = yaml_tree_fail(y, root, err, "front matter is not a map");
	for (i = root != NULL ? root->first : NULL; rc == 0 && i != NULL;
	     i = i->next) {
		if (strcmp(i->key, "title") == 0 && i->kind == YAML_TEXT)
			(void)snprintf(f->title, sizeof(f->title), "%s",
				       i->text);
		else
			rc = yaml_tree_fail(
			    y, i, err, "front matter has no \"%.40s\"", i->key);
	}
	yaml_tree_free(&y);
	return rc;
}

/* Splits the file; its title falls back to its name. */
static int
split_front(struct front *f, const char *name, const char *file,
	    const struct buf *text, struct err *err)
{
	const char *end, *p;

	*f = (struct front){
	    .body = text->data, .len = text->len, .first_line = 1};
	(void)snprintf(f->title, sizeof(f->title), "%s", name);
	if (strncmp(text->data, "---\n", 4) != 0)
		return 0;
	end = strstr(text->data + 3, "\n---\n");
	if (end == NULL)
		return err_set(err, ERR_CONFIG,
			       "%s:1: the front matter is not closed by ---",
			       file);
	f->body = end + 5;
	f->len = text->len - (size_t)(f->body - text->data);
	for (p = text->data; p < f->body; p++)
		f->first_line += *p == '\n';
	/* a line of its own in front keeps the place of messages right */
	return take_front(f, file, text->data + 3,
			  (size_t)(end - text->data - 2), err);
}

static int
one_page(struct site *s, const char *name, const char *file,
	 const struct buf *text, void *arg, struct err *err)
{
	struct framing frame = {.prose = true,
				.nav = "content",
				.class = "content",
				.stamped = true};
	struct buf *list = arg;
	struct front front;
	char out[300];

	if (split_front(&front, name, file, text, err) != 0)
		return -1;
	buf_reset(&s->body);
	buf_str(&s->body, "<article class=\"text\">\n");
	if (markdown_put(s, file, front.first_line, front.body, front.len,
			 &s->body, err) != 0)
		return -1;
	buf_str(&s->body, "</article>\n");
	put(list, "<li><a href=\"/pages/%u/\">%t</a></li>\n", name,
	    front.title);
	(void)snprintf(out, sizeof(out), "pages/%s/index.html", name);
	frame.file = out;
	frame.title = front.title;
	return site_write(s, &frame, err);
}

static const char advice[] =
    "<div class=\"card prose\"><p>A page of your own is a Markdown file "
    "<code>site/content/NAME.md</code> beside the configuration file. Between "
    "its lines, live pieces:</p><pre><code>{{graph local/web1/cpu/day}}\n"
    "{{value local/web1/memory}}\n{{gauge local/web1/memory}}\n"
    "{{sparkline local/web1/cpu}}\n{{status local/web1}}\n"
    "{{badge local/web1}}</code></pre></div>\n";

static int
write_content(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "pages/index.html",
				.title = "Pages",
				.nav = "content"};
	struct err why = {0};
	struct buf list;
	int rc;

	buf_init(&list, 1 << 20);
	rc = content_each(s, "content", ".md", one_page, &list, &why);
	buf_reset(&s->body);
	buf_str(&s->body, "<h1 class=\"says\"><span>Pages</span></h1>\n"
			  "<p class=\"sub\">Runbooks and notes beside their "
			  "live graphs.</p>\n");
	if (list.len > 0)
		put(&s->body, "<ul class=\"card prose list\">%z</ul>\n", &list);
	buf_str(&s->body, advice);
	buf_done(&list);
	if (site_write(s, &frame, err) != 0)
		return -1;
	if (rc != 0)
		*err = why;
	return rc;
}

const struct page page_content = {
    .name = "content",
    .nav = "Pages",
    .href = "/pages/",
    .order = 70,
    .when = PAGE_ALWAYS,
    .write = write_content,
};
