/* SPDX-License-Identifier: MIT */
/* One pass of the generator over the table of pages: see site.h. */
#include "www/site.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "core/clock.h"
#include "core/state.h"
#include "core/version.h"
#include "www/put.h"
#include "www/says.h"
#include "www/text.h"

#define PAGE_MAX (8 << 20)
#define MADE	 ".made" /* hash of what the inventory pages came from */

#define X(name)	 extern const struct page name;
#include "gen/page_table.h"
#undef X

const struct page *const site_pages[] = {
#define X(name) &name,
#include "gen/page_table.h"
#undef X
    NULL,
};

#define N_PAGES (sizeof(site_pages) / sizeof(site_pages[0]) - 1)

/* The user's folder is `site` beside the configuration file. */
static char *
folder_beside(const char *config)
{
	const char *file = config != NULL ? config : "/etc/robin/robin.yml";
	const char *slash = strrchr(file, '/');
	char *dir = NULL;

	if (asprintf(&dir, "%.*ssite", slash ? (int)(slash - file + 1) : 0,
		     file) < 0)
		return NULL;
	return dir;
}

int
site_init(struct site *s, const char *state, const char *config,
	  struct err *err)
{
	char root[PATH_MAX];

	*s = (struct site){.state = state};
	buf_init(&s->body, PAGE_MAX);
	buf_init(&s->html, PAGE_MAX);
	if (conf_load(&s->conf, config, NULL, err) != 0)
		return -1;
	if (s->state == NULL)
		s->state = s->conf.state;
	s->dir = folder_beside(config);
	if (state_init(s->state, err) != 0 ||
	    state_path(s->state, STATE_SITE, root, sizeof(root), err) != 0 ||
	    out_init(&s->out, root, err) != 0 ||
	    query_open(&s->q, s->state, err) != 0)
		return -1;
	s->q.no_drain = true; /* a sparkline may lag a minute */
	return site_reload(s, err);
}

void
site_done(struct site *s)
{
	fleet_done(&s->fleet);
	alarms_done(&s->alarms);
	query_close(&s->q);
	theme_free(&s->theme);
	out_done(&s->out);
	buf_done(&s->body);
	buf_done(&s->html);
	free((char *)s->dir);
}

int
site_reload(struct site *s, struct err *err)
{
	struct theme *t = theme_new(s->dir, err);

	if (t == NULL)
		return -1;
	theme_free(&s->theme);
	s->theme = t;
	return theme_publish(t, &s->out, err);
}

static int
hash_family(const struct family *f, void *arg)
{
	uint64_t *hash = arg;
	struct buf b;

	buf_init(&b, FAMILY_JSON_MAX);
	family_to_json(f, &b);
	*hash = XXH64(b.data, b.len, *hash);
	buf_done(&b);
	return 0;
}

/* Everything the inventory pages are made from, as one number. */
static uint64_t
inventory_hash(struct site *s)
{
	uint64_t hash = theme_hash(s->theme);
	int config[] = {s->conf.site_interval_s};

	hash = XXH64(ROBIN_VERSION, sizeof(ROBIN_VERSION), hash);
	hash = XXH64(config, sizeof(config), hash);
	hash = XXH64(s->conf.site_title, strlen(s->conf.site_title), hash);
	for (size_t i = 0; i < s->fleet.n_hosts; i++) {
		const struct fleet_host *h = &s->fleet.hosts[i];

		hash = XXH64(h->cluster, strlen(h->cluster) + 1, hash);
		hash = XXH64(h->name, strlen(h->name) + 1, hash);
		for (size_t k = 0; k < h->n_series; k++) {
			const struct fleet_series *x = &h->series[k];

			hash = XXH64(x->family->name, strlen(x->family->name),
				     hash);
			hash =
			    XXH64(x->instance, strlen(x->instance) + 1, hash);
		}
	}
	(void)registry_each(s->q.registry, hash_family, &hash);
	return hash;
}

static void
read_made(struct site *s)
{
	char path[PATH_MAX];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/" MADE, s->out.root);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	if (fgets(s->made, sizeof(s->made), f) == NULL)
		s->made[0] = '\0';
	(void)fclose(f);
}

static int
remember_made(struct site *s, const char *made, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, sizeof(s->made));
	buf_str(&b, made);
	rc = out_write_plain(&s->out, MADE, &b, err);
	buf_done(&b);
	(void)snprintf(s->made, sizeof(s->made), "%s", made);
	return rc < 0 ? -1 : 0;
}

/* What the user wrote wrongly spoils one page, not the others: the first
 * such mistake is returned when all else is done. */
static int
write_pages(struct site *s, enum page_when when, struct err *mistake,
	    struct err *err)
{
	for (size_t i = 0; i < N_PAGES; i++) {
		struct err why = {0};

		if (site_pages[i]->when != when ||
		    site_pages[i]->write(s, &why) == 0)
			continue;
		if (why.code != ERR_CONFIG) {
			*err = why;
			return err_prefix(err, "%s", site_pages[i]->name);
		}
		if (mistake->code == ERR_NONE)
			*mistake = why;
	}
	return 0;
}

int
site_pass(struct site *s, struct err *err)
{
	char made[sizeof(s->made)];
	struct err mistake = {0};
	int64_t now_s;
	bool stale;

	s->out.written = s->out.unchanged = 0;
	now_s = s->now_s != 0 ? s->now_s : clock_wall_s();
	alarms_read(&s->alarms, s->state, now_s);
	if (fleet_read(&s->fleet, &s->q, &s->alarms, now_s, err) != 0)
		return -1;
	if (s->made[0] == '\0')
		read_made(s);
	(void)snprintf(made, sizeof(made), "%016llx\n",
		       (unsigned long long)inventory_hash(s));
	stale = strcmp(made, s->made) != 0;
	/* somebody may be looking at an empty folder */
	if (!out_exists(&s->out, "index.html") &&
	    write_pages(s, PAGE_ALWAYS, &mistake, err) != 0)
		return -1;
	if (stale && write_pages(s, PAGE_INVENTORY, &mistake, err) != 0)
		return -1;
	/* after the pages it links to */
	if (write_pages(s, PAGE_ALWAYS, &mistake, err) != 0)
		return -1;
	if (mistake.code != ERR_NONE) {
		*err = mistake;
		return -1;
	}
	return stale ? remember_made(s, made, err) : 0;
}

static int
by_order(const void *pa, const void *pb)
{
	const struct page *a = *(const struct page *const *)pa;
	const struct page *b = *(const struct page *const *)pb;

	return (a->order > b->order) - (a->order < b->order);
}

static void
put_nav(struct site *s, const void *arg, struct buf *b)
{
	const struct framing *f = arg;
	const struct page *menu[N_PAGES];

	(void)s;
	memcpy(menu, site_pages, sizeof(menu));
	qsort(menu, N_PAGES, sizeof(menu[0]), by_order);
	for (size_t i = 0; i < N_PAGES; i++) {
		if (menu[i]->nav == NULL)
			continue;
		put(b, "<a href=\"%s\"%s>%t</a>\n", menu[i]->href,
		    f->nav != NULL && strcmp(f->nav, menu[i]->name) == 0
			? " aria-current=\"page\""
			: "",
		    menu[i]->nav);
	}
}

static void
put_extra(struct site *s, const void *arg, struct buf *b)
{
	const struct framing *f = arg;

	if (f->prose)
		put(b, "<link rel=\"stylesheet\" href=\"%t\">\n",
		    theme_asset(s->theme, "more.css"));
	if (f->script != NULL && theme_asset(s->theme, f->script) != NULL)
		put(b, "<script src=\"%t\" defer></script>\n",
		    theme_asset(s->theme, f->script));
}

/* Only pages written each pass may say how things are now. */
static enum health_state
stamped_state(const struct site *s, const struct framing *f)
{
	enum health_state state = HEALTH_OK;

	if (f->stamped && s->fleet.n_hosts > 0)
		state = s->fleet.worst[0]->state;
	return state;
}

static void
put_icon(struct site *s, const void *arg, struct buf *b)
{
	const struct framing *f = arg;
	char name[32];

	(void)snprintf(name, sizeof(name), "icon-%s.svg",
		       f->stamped ? health_class(stamped_state(s, f))
				  : "plain");
	put(b, "%t", theme_asset(s->theme, name));
}

static void
put_stamp(struct site *s, const void *arg, struct buf *b)
{
	const struct framing *f = arg;
	char stamp[CLOCK_RFC3339_SIZE];

	if (!f->stamped)
		return;
	clock_rfc3339(s->fleet.now_s, stamp);
	put(b, "as of <time datetime=\"%s\">", stamp);
	text_clock(b, s->fleet.now_s);
	buf_str(b, "</time>");
}

int
site_write(struct site *s, const struct framing *f, struct err *err)
{
	char refresh[16];
	const struct slot slots[] = {
	    {.name = "title", .text = f->title},
	    {.name = "site",
	     .text =
		 s->conf.site_title[0] != '\0' ? s->conf.site_title : "Robin"},
	    {.name = "class", .text = f->class != NULL ? f->class : ""},
	    {.name = "refresh", .text = refresh},
	    {.name = "version", .text = ROBIN_VERSION},
	    {.name = "icon", .fn = put_icon},
	    {.name = "more", .text = theme_asset(s->theme, "more.css")},
	    {.name = "nav", .fn = put_nav},
	    {.name = "extra", .fn = put_extra},
	    {.name = "stamp", .fn = put_stamp},
	    {.name = "content", .html = &s->body},
	};

	(void)snprintf(refresh, sizeof(refresh), "%d",
		       s->conf.site_interval_s > 0 ? s->conf.site_interval_s
						   : 60);
	buf_reset(&s->html);
	if (theme_fill(s->theme, "page.html", slots,
		       sizeof(slots) / sizeof(slots[0]), s, f, &s->html,
		       err) != 0)
		return -1;
	return out_write(&s->out, f->file, &s->html, err) < 0 ? -1 : 0;
}
