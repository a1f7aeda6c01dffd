/* SPDX-License-Identifier: MIT */
/* The Prometheus exposition: see expo.h.  Pure. */
#include "fcgi/expo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len > n && strcmp(text + len - n, end) == 0 &&
	       text[len - n - 1] == '_';
}

/* Whether a unit can be the end of a name: [a-z][a-z0-9_]*. */
static bool
is_word(const char *unit)
{
	if (unit == NULL || *unit < 'a' || *unit > 'z')
		return false;
	return strspn(unit, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
	       strlen(unit);
}

enum expo_type
expo_type_of(const struct metric *m)
{
	return m->kind == METRIC_DERIVE || m->kind == METRIC_DDERIVE
		   ? EXPO_COUNTER
		   : EXPO_GAUGE;
}

static bool
is_reserved(const char *name)
{
	static const char *const ends[] = {"total",  "count", "sum",
					   "bucket", "info",  "created"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_in(name, ends[i]))
			return true;
	return false;
}

void
expo_name(const struct family *f, const struct metric *m,
	  char out[EXPO_NAME_SIZE], const char **unit)
{
	const char *u = m->raw_unit;
	int n;

	if (u == NULL && m->kind == METRIC_GAUGE)
		u = m->unit;
	if (!is_word(u))
		u = NULL;
	n = snprintf(out, EXPO_NAME_SIZE - 32, "robin_%s_%s", f->name, m->name);
	if (n >= EXPO_NAME_SIZE - 32)
		n = EXPO_NAME_SIZE - 33;
	if (u != NULL && strlen(u) < 24 && !ends_in(out, u))
		n += snprintf(out + n, EXPO_NAME_SIZE - (size_t)n, "_%s", u);
	if (is_reserved(out)) {
		(void)snprintf(out + n, EXPO_NAME_SIZE - (size_t)n, "_value");
		u = NULL;
	}
	*unit = u;
}

/* Escapes backslash and newline, and the quote where quoted. */
static void
escape(struct buf *b, const char *text, bool quoted)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			buf_str(b, "\\\\");
		else if (*text == '\n')
			buf_str(b, "\\n");
		else if (*text == '"' && quoted)
			buf_str(b, "\\\"");
		else
			buf_char(b, *text);
	}
}

void
expo_family(struct expo *e, const char *name, const char *unit,
	    enum expo_type type, const char *help)
{
	/* the text format names the counter itself, OpenMetrics its base */
	const char *total =
	    type == EXPO_COUNTER && !e->open_metrics ? "_total" : "";

	(void)snprintf(e->name, sizeof(e->name), "%s", name);
	e->type = type;
	e->unit = unit;
	buf_fmt(e->out, "# HELP %s%s ", name, total);
	escape(e->out, help != NULL && help[0] != '\0' ? help : name,
	       e->open_metrics);
	buf_fmt(e->out, "\n# TYPE %s%s %s\n", name, total,
		type == EXPO_COUNTER ? "counter" : "gauge");
	if (e->open_metrics && unit != NULL)
		buf_fmt(e->out, "# UNIT %s %s\n", name, unit);
}

void
expo_sample(struct expo *e, const char *labels, double value)
{
	buf_str(e->out, e->name);
	if (e->type == EXPO_COUNTER)
		buf_str(e->out, "_total");
	if (labels[0] != '\0')
		buf_fmt(e->out, "{%s}", labels);
	buf_char(e->out, ' ');
	buf_double(e->out, value);
	buf_char(e->out, '\n');
}

void
expo_label(struct buf *b, const char *name, const char *value)
{
	if (b->len > 0)
		buf_char(b, ',');
	buf_fmt(b, "%s=\"", name);
	escape(b, value, true);
	buf_char(b, '"');
}

void
expo_end(struct expo *e)
{
	if (e->open_metrics)
		buf_str(e->out, "# EOF\n");
}

/* The q of one media range ("a/b;q=0.5"), 1 when it has none. */
static double
quality(const char *range, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++) {
		char text[8] = "";

		if (range[i] != 'q' || range[i + 1] != '=')
			continue;
		if (i > 0 && range[i - 1] != ';' && range[i - 1] != ' ')
			continue;
		for (size_t k = 0; k < 6 && i + 2 + k < len; k++)
			text[k] = range[i + 2 + k];
		return strtod(text, NULL);
	}
	return 1;
}

bool
expo_wants_open_metrics(const char *accept)
{
	double open = 0, plain = 0;

	while (*accept != '\0') {
		size_t n;

		accept += strspn(accept, " ,\t");
		n = strcspn(accept, ",");
		if (strncmp(accept, "application/openmetrics-text", 28) == 0)
			open = fmax(open, quality(accept, n));
		else if (strncmp(accept, "text/", 5) == 0 ||
			 strncmp(accept, "*/*", 3) == 0)
			plain = fmax(plain, quality(accept, n));
		accept += n;
	}
	return open > 0 && open >= plain;
}
