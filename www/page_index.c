/* SPDX-License-Identifier: MIT */
/*
 * /index.json: what there is, for scripts: search, live values by role, the
 * explorer, personal dashboards.  One document, written when the inventory
 * changes:
 *
 *   {"families":{"cpu":{"title","unit","category","label"?,"total"?,"step",
 *     "metrics":[{"name","label","unit","role"?,"draw"}]}},
 *    "hosts":{"local/web1":["cpu","cpu.0",…]}}
 */
#include "core/json.h"
#include "www/category.h"
#include "www/site.h"

struct writing {
	struct buf *b;
	bool comma;
};

static void
metric_json(struct buf *b, const struct metric *m)
{
	buf_char(b, '{');
	json_key(b, "name");
	json_string(b, m->name);
	json_key(b, "label");
	json_string(b, m->label != NULL ? m->label : m->name);
	json_key(b, "unit");
	json_string(b, m->unit != NULL ? m->unit : "");
	json_key(b, "draw");
	json_string(b, metric_draw_name(m->draw));
	if (m->role != ROLE_NONE) {
		json_key(b, "role");
		json_string(b, metric_role_name(m->role));
	}
	buf_char(b, '}');
}

static int
family_json(const struct family *f, void *arg)
{
	struct writing *w = arg;
	struct buf *b = w->b;

	if (w->comma)
		buf_char(b, ',');
	w->comma = true;
	json_string(b, f->name);
	buf_str(b, ":{");
	json_key(b, "title");
	json_string(b, f->title);
	json_key(b, "unit");
	json_string(b, f->unit != NULL ? f->unit : "");
	json_key(b, "category");
	json_string(b, category_of(f));
	if (f->instance_label != NULL) {
		json_key(b, "label");
		json_string(b, f->instance_label);
	}
	if (f->total_and_parts)
		buf_str(b, ",\"total\":true");
	json_key(b, "step");
	buf_i64(b, f->step_s);
	json_key(b, "metrics");
	buf_char(b, '[');
	for (size_t i = 0; i < f->n_metrics; i++) {
		if (i > 0)
			buf_char(b, ',');
		metric_json(b, &f->metrics[i]);
	}
	buf_str(b, "]}");
	return 0;
}

static void
host_json(struct buf *b, const struct fleet_host *h)
{
	/* slugs and family names need no escaping in JSON */
	buf_fmt(b, "\"%s/%s\":[", h->cluster, h->name);
	for (size_t i = 0; i < h->n_series; i++) {
		const struct fleet_series *x = &h->series[i];

		buf_fmt(b, "%s\"%s%s%s\"", i > 0 ? "," : "", x->family->name,
			x->instance[0] != '\0' ? "." : "", x->instance);
	}
	buf_char(b, ']');
}

static int
write_index(struct site *s, struct err *err)
{
	struct buf *b = &s->html;
	struct writing w = {.b = b};

	buf_reset(b);
	buf_str(b, "{\"families\":{");
	(void)registry_each(s->q.registry, family_json, &w);
	buf_str(b, "},\n\"hosts\":{");
	for (size_t i = 0; i < s->fleet.n_hosts; i++) {
		if (i > 0)
			buf_str(b, ",\n");
		host_json(b, &s->fleet.hosts[i]);
	}
	buf_str(b, "}}\n");
	return out_write(&s->out, "index.json", b, err) < 0 ? -1 : 0;
}

const struct page page_index = {
    .name = "index",
    .when = PAGE_INVENTORY,
    .write = write_index,
};
