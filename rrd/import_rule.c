/* SPDX-License-Identifier: MIT */
/* Rules of an import: see import_rule.h.  Pure. */
#include "rrd/import_rule.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"

#define WORK_MAX 20000 /* steps of one match: no pattern takes for ever */

struct match {
	const char *from[26];
	size_t len[26];
	int left;
};

static const char collectd_rules[] =
    "{h}/cpu-{i}/cpu-wait value cpu.{i} iowait 0.01\n"
    "{h}/cpu-{i}/cpu-interrupt value cpu.{i} irq 0.01\n"
    "{h}/cpu-{i}/cpu-{m} value cpu.{i} {m} 0.01\n"
    "{h}/memory/memory-used value memory used\n"
    "{h}/memory/memory-free value memory free\n"
    "{h}/memory/memory-cached value memory cache\n"
    "{h}/memory/memory-buffered value memory_detail buffers\n"
    "{h}/load/load shortterm load load1\n"
    "{h}/load/load midterm load load5\n"
    "{h}/load/load longterm load load15\n"
    "{h}/df-{i}/df_complex-{m} value disk.{i/} {m}\n"
    "{h}/interface-{i}/if_octets rx net.{i} rx_bytes\n"
    "{h}/interface-{i}/if_octets tx net.{i} tx_bytes\n"
    "{h}/interface-{i}/if_packets rx net_packets.{i} rx_packets\n"
    "{h}/interface-{i}/if_packets tx net_packets.{i} tx_packets\n"
    "{h}/interface-{i}/if_errors rx net_errors.{i} rx_errors\n"
    "{h}/interface-{i}/if_errors tx net_errors.{i} tx_errors\n"
    "{h}/interface-{i}/if_dropped rx net_errors.{i} rx_drops\n"
    "{h}/interface-{i}/if_dropped tx net_errors.{i} tx_drops\n"
    "{h}/disk-{i}/disk_octets read diskio.{i} read_bytes\n"
    "{h}/disk-{i}/disk_octets write diskio.{i} written_bytes\n"
    "{h}/disk-{i}/disk_ops read diskio_ops.{i} reads\n"
    "{h}/disk-{i}/disk_ops write diskio_ops.{i} writes\n"
    "{h}/uptime/uptime value uptime uptime\n"
    "{h}/processes/ps_state-zombies value processes zombie\n"
    "{h}/processes/ps_state-running value processes running\n"
    "{h}/processes/ps_state-blocked value processes blocked\n"
    "{h}/processes/ps_state-sleeping value processes sleeping\n"
    "{h}/processes/ps_state-stopped value processes stopped\n"
    "{h}/{p}-{i}/{t}-{m} value collectd_{p}_{t}.{i} {m}\n"
    "{h}/{p}-{i}/{t}-{m} * collectd_{p}_{t}.{i}-{m} {d}\n"
    "{h}/{p}-{i}/{t} * collectd_{p}_{t}.{i} {d}\n"
    "{h}/{p}/{t}-{m} value collectd_{p}_{t} {m}\n"
    "{h}/{p}/{t}-{m} * collectd_{p}_{t}.{m} {d}\n"
    "{h}/{p}/{t} * collectd_{p}_{t} {d}\n";

static const char munin_rules[] =
    "{g}/{h+}-cpu-{m}-{k} 42 cpu {m} 0.01\n"
    "{g}/{h+}-load-load-{k} 42 load load5\n"
    "{g}/{h+}-memory-free-{k} 42 memory free\n"
    "{g}/{h+}-memory-cached-{k} 42 memory_detail cached\n"
    "{g}/{h+}-memory-buffers-{k} 42 memory_detail buffers\n"
    "{g}/{h+}-if_err_{i}-rcvd-{k} 42 net_errors.{i} rx_errors\n"
    "{g}/{h+}-if_err_{i}-trans-{k} 42 net_errors.{i} tx_errors\n"
    "{g}/{h+}-if_err_{i}-{m}-{k} 42 munin_if_err.{i} {m}\n"
    "{g}/{h+}-if_{i}-down-{k} 42 net.{i} rx_bytes\n"
    "{g}/{h+}-if_{i}-up-{k} 42 net.{i} tx_bytes\n"
    "{g}/{h+}-uptime-uptime-{k} 42 uptime uptime 86400\n"
    "{g}/{h+}-{p}-{m}-{k} 42 munin_{p} {m}\n";

static const char cacti_rules[] =
    "{h}_traffic_in_{i} traffic_in net.cacti-{i} rx_bytes\n"
    "{h}_traffic_in_{i} traffic_out net.cacti-{i} tx_bytes\n"
    "{h}_load_1min_{i} load_1min load load1\n"
    "{h}_load_1min_{i} load_5min load load5\n"
    "{h}_load_1min_{i} load_15min load load15\n"
    "{h}_{p+}_{i} * cacti_{p}.{i} {d}\n";

static const struct {
	const char *name, *rules;
} programs[] = {
    {"collectd", collectd_rules},
    {"munin", munin_rules},
    {"cacti", cacti_rules},
};

const char *
import_rules_of(const char *program)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(programs[i].name, program) == 0)
			return programs[i].rules;
	return NULL;
}

/* The next word of [*p, end) into out; false when there is none or it is too
 * long. */
static bool
take_word(const char **p, const char *end, char *out, size_t size)
{
	const char *q = *p;
	size_t n;

	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	for (n = 0; q + n < end && q[n] != ' ' && q[n] != '\t'; n++)
		if (q[n] == '\0')
			return false;
	if (n == 0 || n >= size)
		return false;
	memcpy(out, q, n);
	out[n] = '\0';
	*p = q + n;
	return true;
}

static bool
take_rule(const char *p, const char *end, struct import_rule *r)
{
	char scale[32];

	*r = (struct import_rule){.scale = 1};
	if (!take_word(&p, end, r->pattern, sizeof(r->pattern)) ||
	    !take_word(&p, end, r->ds, sizeof(r->ds)) ||
	    !take_word(&p, end, r->target, sizeof(r->target)))
		return false;
	r->skip = strcmp(r->target, "-") == 0;
	if (!r->skip && !take_word(&p, end, r->metric, sizeof(r->metric)))
		return false;
	if (!r->skip && take_word(&p, end, scale, sizeof(scale)) &&
	    (!number_double(scale, strlen(scale), &r->scale) || r->scale == 0))
		return false;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p == end;
}

static int
add(struct import_rules *r, const struct import_rule *rule, struct err *err)
{
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 64 : 2 * r->cap;
		void *p = realloc(r->rules, cap * sizeof(*r->rules));

		if (p == NULL)
			return err_set(err, ERR_NOMEM, "rules: out of memory");
		r->rules = p;
		r->cap = cap;
	}
	r->rules[r->n++] = *rule;
	return 0;
}

int
import_rules_parse(struct import_rules *r, const char *name, const char *text,
		   size_t len, struct err *err)
{
	const char *p = text, *end = text + len;

	for (size_t line = 1; p < end; line++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *q = p;
		struct import_rule rule;

		if (eol == NULL)
			eol = end;
		while (q < eol && (*q == ' ' || *q == '\t'))
			q++;
		if (q < eol && *q != '#') {
			if (!take_rule(q, eol, &rule))
				return err_set(err, ERR_INVALID,
					       "%s:%zu: not PATTERN DS TARGET "
					       "METRIC [SCALE]",
					       name, line);
			if (add(r, &rule, err) != 0)
				return -1;
		}
		p = eol < end ? eol + 1 : end;
	}
	return 0;
}

void
import_rules_free(struct import_rules *r)
{
	free(r->rules);
	*r = (struct import_rules){0};
}

/* Whether the pattern from p on matches the text from t on. */
static bool
matches(struct match *m, const char *p, const char *t)
{
	bool greedy;
	size_t most, k;
	int c;

	while (*p != '\0' && *p != '{') {
		if (*p++ != *t++)
			return false;
	}
	if (*p == '\0')
		return *t == '\0';
	c = p[1] - 'a';
	greedy = p[1] != '\0' && p[2] == '+';
	if (c < 0 || c > 25 || p[greedy ? 3 : 2] != '}')
		return false;
	p += greedy ? 4 : 3;
	most = strcspn(t, "/");
	for (size_t i = 1; i <= most; i++) {
		k = greedy ? most + 1 - i : i;
		if (--m->left < 0)
			return false;
		m->from[c] = t;
		m->len[c] = k;
		if (matches(m, p, t + k))
			return true;
	}
	return false;
}

/* Puts captures into a text; false when it does not fit or names none. */
static bool
expand(const struct match *m, const char *text, const char *ds, char *out,
       size_t size)
{
	size_t n = 0;

	for (const char *p = text; *p != '\0'; p++) {
		const char *from = p;
		size_t len = 1;
		bool path = false;
		int c;

		if (*p == '{') {
			c = p[1] - 'a';
			path = p[1] != '\0' && p[2] == '/';
			if (c < 0 || c > 25 || p[path ? 3 : 2] != '}')
				return false;
			from = c == 'd' - 'a' ? ds : m->from[c];
			len = c == 'd' - 'a' ? strlen(ds) : m->len[c];
			if (from == NULL)
				return false;
			p += path ? 3 : 2;
		}
		if (n + len + 2 >= size)
			return false;
		if (path)
			out[n++] = '/';
		if (path && len == 4 && memcmp(from, "root", 4) == 0)
			continue;
		for (size_t i = 0; i < len; i++)
			out[n++] =
			    (char)(path && from[i] == '-' ? '/' : from[i]);
	}
	out[n] = '\0';
	return n > 0;
}

/* A name as Robin's are: [a-z][a-z0-9_]*, at most max characters. */
static void
clean_name(const char *text, char *out, size_t max)
{
	size_t n = 0;

	if (!isalpha((unsigned char)text[0]))
		out[n++] = 'x';
	for (; *text != '\0' && n < max; text++) {
		unsigned char c = (unsigned char)*text;

		out[n++] = c < 128 && isalnum(c) ? (char)tolower(c) : '_';
	}
	out[n] = '\0';
}

static bool
fill_target(const struct import_rule *r, const struct match *m, const char *ds,
	    struct import_target *out)
{
	char text[512], *dot;

	*out = (struct import_target){.scale = r->scale};
	if (!expand(m, r->metric, ds, text, sizeof(text)))
		return false;
	clean_name(text, out->metric, METRIC_NAME_MAX);
	/* the dot is the rule's own, not one inside a capture */
	dot = strchr(r->target, '.');
	if (dot != NULL) {
		char family[RULE_TEXT_MAX];
		size_t len = (size_t)(dot - r->target);

		if (!expand(m, dot + 1, ds, text, sizeof(text)))
			return false;
		slug_make(text, strlen(text), out->instance);
		memcpy(family, r->target, len);
		family[len] = '\0';
		if (!expand(m, family, ds, text, sizeof(text)))
			return false;
	} else if (!expand(m, r->target, ds, text, sizeof(text))) {
		return false;
	}
	clean_name(text, out->family, FAMILY_MAX);
	if (m->from['h' - 'a'] != NULL)
		slug_make(m->from['h' - 'a'], m->len['h' - 'a'], out->host);
	return true;
}

int
import_rules_find(const struct import_rules *r, const char *file,
		  const char *ds, struct import_target *out)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct import_rule *rule = &r->rules[i];
		struct match m = {.left = WORK_MAX};

		if (strcmp(rule->ds, "*") != 0 && strcmp(rule->ds, ds) != 0)
			continue;
		if (!matches(&m, rule->pattern, file))
			continue;
		return !rule->skip && fill_target(rule, &m, ds, out);
	}
	return 0;
}
