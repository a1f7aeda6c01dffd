/* SPDX-License-Identifier: MIT */
/*
 * Dashboards from YAML: DIR/dashboards/NAME.yml becomes /dashboards/NAME/.
 *
 *   title: Web servers
 *   about: What the shop runs on
 *   range: day
 *   vars: {site: local, disk: disk.:}
 *   panels:
 *     - graph: $site/web1/cpu
 *       wide: yes
 *     - hosts: $site/web*	# one panel for each host that fits
 *       graph: $host/$disk
 *       range: week
 *     - text: "Markdown, shortcodes too"
 *     - gauge: $host/memory	# value, sparkline, status, badge alike
 *       hosts: "*"
 */
#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "core/yaml.h"
#include "www/content.h"
#include "www/markdown.h"
#include "www/put.h"
#include "www/short.h"
#include "www/site.h"

#define WORD_MAX  600
#define PANEL_MAX 500 /* after repeating */

struct dash {
	struct site *site;
	const char *file;
	const struct yaml_tree *y;
	const struct yaml_item *vars;
	const char *range; /* of the whole, or NULL */
	int n;
	char host[2 * SLUG_MAX + 3]; /* what $host is now, or "" */
};

static const char *const kinds[] = {"graph",	 "value",  "gauge",
				    "sparkline", "status", "badge"};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *
text_of(const struct yaml_item *map, const char *key)
{
	const struct yaml_item *i = yaml_tree_find(map, key);

	return i != NULL && i->kind == YAML_TEXT ? i->text : NULL;
}

/* The value of $name, or NULL. */
static const char *
variable(const struct dash *d, const char *name, size_t len)
{
	char key[64];

	if (len == 4 && strncmp(name, "host", 4) == 0)
		return d->host[0] != '\0' ? d->host : NULL;
	if (len >= sizeof(key) || d->vars == NULL)
		return NULL;
	(void)snprintf(key, sizeof(key), "%.*s", (int)len, name);
	return text_of(d->vars, key);
}

/* Appends text with $name replaced; variables do not nest. */
static int
expand(const struct dash *d, const struct yaml_item *at, const char *text,
       struct buf *b, struct err *err)
{
	for (; *text != '\0';) {
		size_t n = 0;
		const char *value;

		if (*text != '$') {
			buf_char(b, *text++);
			continue;
		}
		while (isalnum((unsigned char)text[1 + n]) ||
		       text[1 + n] == '_')
			n++;
		value = variable(d, text + 1, n);
		if (value == NULL)
			return yaml_tree_fail(d->y, at, err,
					      "there is no $%.*s here", (int)n,
					      text + 1);
		buf_str(b, value);
		text += 1 + n;
	}
	return 0;
}

static int
put_shortcode(struct dash *d, const struct yaml_item *panel,
	      const struct yaml_item *what, struct buf *b, struct err *err)
{
	const char *range = text_of(panel, "range");
	const char *wide = text_of(panel, "wide");
	const char *metric = text_of(panel, "metric");
	bool is_graph = strcmp(what->key, "graph") == 0, block;
	struct err why = {0};
	struct buf code;
	int rc;

	buf_init(&code, WORD_MAX);
	buf_fmt(&code, "%s ", what->key);
	rc = expand(d, what, what->text, &code, err);
	if (range == NULL)
		range = d->range;
	if (range != NULL && (is_graph || strcmp(what->key, "sparkline") == 0))
		buf_fmt(&code, "/%s", range);
	if (is_graph && wide != NULL && strcmp(wide, "yes") == 0)
		buf_str(&code, " wide");
	if (metric != NULL && strcmp(what->key, "value") == 0)
		buf_fmt(&code, " %s", metric);
	if (rc == 0 && !buf_ok(&code))
		rc = yaml_tree_fail(d->y, what, err, "too long");
	if (rc == 0) {
		if (!is_graph)
			put(b, "<div class=\"card panel\"><p>%t</p>",
			    text_of(panel, "title") != NULL
				? text_of(panel, "title")
				: code.data + strlen(what->key) + 1);
		if (short_put(d->site, code.data, code.len, b, &block, &why) !=
		    0)
			rc = yaml_tree_fail(d->y, what, err, "%.180s", why.msg);
		if (!is_graph)
			buf_str(b, "</div>\n");
	}
	buf_done(&code);
	return rc;
}

static const struct yaml_item *
panel_kind(const struct yaml_item *panel)
{
	const struct yaml_item *i = NULL;

	for (size_t k = 0; i == NULL && k < N_KINDS; k++)
		i = yaml_tree_find(panel, kinds[k]);
	return i != NULL && i->kind == YAML_TEXT ? i : NULL;
}

static int
put_panel(struct dash *d, const struct yaml_item *panel, struct buf *b,
	  struct err *err)
{
	const struct yaml_item *what = panel_kind(panel);
	const struct yaml_item *text = yaml_tree_find(panel, "text");

	if (++d->n > PANEL_MAX)
		return yaml_tree_fail(d->y, panel, err, "over %d panels",
				      PANEL_MAX);
	if (what != NULL)
		return put_shortcode(d, panel, what, b, err);
	if (text == NULL || text->kind != YAML_TEXT)
		return yaml_tree_fail(
		    d->y, panel, err,
		    "a panel is a graph, value, gauge, sparkline, status, "
		    "badge or text");
	buf_str(b, "<div class=\"card panel text\">");
	if (markdown_put(d->site, d->file, (int)text->line, text->text,
			 strlen(text->text), b, err) != 0)
		return -1;
	buf_str(b, "</div>\n");
	return 0;
}

/* The panel once, or once for each host that fits its pattern. */
static int
repeat_panel(struct dash *d, const struct yaml_item *panel, struct buf *b,
	     struct err *err)
{
	const struct yaml_item *hosts = yaml_tree_find(panel, "hosts");
	const struct fleet *f = &d->site->fleet;
	struct buf pattern;
	int rc = 0;

	if (panel->kind != YAML_MAP)
		return yaml_tree_fail(d->y, panel, err, "a panel is a map");
	d->host[0] = '\0';
	if (hosts == NULL || hosts->kind != YAML_TEXT)
		return put_panel(d, panel, b, err);
	buf_init(&pattern, WORD_MAX);
	rc = expand(d, hosts, hosts->text, &pattern, err);
	if (rc == 0 && strchr(pattern.data, '/') == NULL)
		buf_str(&pattern, "/*"); /* "*" and "local" mean all hosts */
	for (size_t i = 0; rc == 0 && i < f->n_hosts; i++) {
		(void)snprintf(d->host, sizeof(d->host), "%s/%s",
			       f->hosts[i].cluster, f->hosts[i].name);
		if (fnmatch(pattern.data, d->host, FNM_PATHNAME) == 0)
			rc = put_panel(d, panel, b, err);
	}
	buf_done(&pattern);
	return rc;
}

static int
put_dashboard(struct dash *d, const struct yaml_item *root, struct buf *b,
	      struct err *err)
{
	const struct yaml_item *panels = yaml_tree_find(root, "panels");
	const char *about = text_of(root, "about");

	d->vars = yaml_tree_find(root, "vars");
	d->range = text_of(root, "range");
	put(b,
	    "<h1 class=\"says\"><span>%t</span></h1>\n<p class=\"sub\">%t"
	    "</p>\n<div class=\"figs\">\n",
	    text_of(root, "title") != NULL ? text_of(root, "title") : "",
	    about != NULL ? about : "");
	if (panels == NULL || panels->kind != YAML_LIST)
		return yaml_tree_fail(d->y, root, err,
				      "a dashboard has a list of panels");
	for (const struct yaml_item *p = panels->first; p != NULL; p = p->next)
		if (repeat_panel(d, p, b, err) != 0)
			return -1;
	buf_str(b, "</div>\n");
	return 0;
}

static int
one_dashboard(struct site *s, const char *name, const char *file,
	      const struct buf *text, void *arg, struct err *err)
{
	struct framing frame = {.prose = true,
				.nav = "dashboard",
				.class = "dash",
				.stamped = true};
	struct yaml_tree *y = yaml_tree_read(file, text->data, text->len, err);
	struct dash d = {.site = s, .file = file, .y = y};
	const struct yaml_item *root;
	char out[300], title[200];
	int rc;

	if (y == NULL)
		return -1;
	root = yaml_tree_root(y);
	buf_reset(&s->body);
	if (root == NULL || root->kind != YAML_MAP)
		rc = err_set(err, ERR_CONFIG, "%s:1: not a dashboard", file);
	else
		rc = put_dashboard(&d, root, &s->body, err);
	if (rc == 0) {
		(void)snprintf(title, sizeof(title), "%s",
			       text_of(root, "title") != NULL
				   ? text_of(root, "title")
				   : name);
		put(arg,
		    "<li class=\"card\"><a href=\"/dashboards/%u/\">%t</a>"
		    "<small>%t</small></li>\n",
		    name, title,
		    text_of(root, "about") != NULL ? text_of(root, "about")
						   : "");
		(void)snprintf(out, sizeof(out), "dashboards/%s/index.html",
			       name);
		frame.file = out;
		frame.title = title;
		rc = site_write(s, &frame, err);
	}
	yaml_tree_free(&y);
	return rc;
}

static int
write_dashboards(struct site *s, struct err *err)
{
	struct framing frame = {.prose = true,
				.file = "dashboards/index.html",
				.title = "Dashboards",
				.nav = "dashboard",
				.class = "my",
				.script = "my.js"};
	struct err why = {0};
	struct buf list;
	int rc;

	buf_init(&list, 1 << 20);
	rc = content_each(s, "dashboards", ".yml", one_dashboard, &list, &why);
	buf_reset(&s->body);
	buf_str(&s->body, "<h1 class=\"says\"><span>Dashboards</span></h1>\n"
			  "<p class=\"sub\">Graphs put together: for "
			  "everybody, or just for you.</p>\n");
	if (list.len > 0)
		put(&s->body, "<ul class=\"boards\">%z</ul>\n", &list);
	buf_str(
	    &s->body,
	    "<div class=\"live\" id=\"my\"></div>\n<noscript><p class=\"card "
	    "prose\">A dashboard of your own needs scripts; one for everybody "
	    "is a file <code>site/dashboards/NAME.yml</code> beside the "
	    "configuration file.</p></noscript>\n");
	buf_done(&list);
	if (site_write(s, &frame, err) != 0)
		return -1;
	if (rc != 0)
		*err = why;
	return rc;
}

const struct page page_dashboard = {
    .name = "dashboard",
    .nav = "Dashboards",
    .href = "/dashboards/",
    .order = 50,
    .when = PAGE_ALWAYS,
    .write = write_dashboards,
};
