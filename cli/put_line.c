/* SPDX-License-Identifier: MIT */
/* One line of `robin put`: see put_line.h. */
#include "cli/put_line.h"

#include <stdbool.h>
#include <string.h>

/* What is left of a line. */
struct rest {
	const char *p, *end;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The next field, and its length; 0 at the end of the line. */
static size_t
field(struct rest *r, const char **out)
{
	const char *start;

	while (r->p < r->end && is_blank(*r->p))
		r->p++;
	start = r->p;
	while (r->p < r->end && !is_blank(*r->p))
		r->p++;
	*out = start;
	return (size_t)(r->p - start);
}

static int
take_values(const char *text, size_t len, struct put_line *out, struct err *err)
{
	const char *end = text + len;

	out->n_values = 0;
	for (;;) {
		const char *colon = memchr(text, ':', (size_t)(end - text));
		const char *stop = colon != NULL ? colon : end;

		if (out->n_values == FAMILY_METRICS_MAX)
			return err_set(err, ERR_INVALID,
				       "bad value: over %d of them",
				       FAMILY_METRICS_MAX);
		if (!number_value(text, (size_t)(stop - text),
				  &out->values[out->n_values]))
			return err_set(err, ERR_INVALID,
				       "bad value: number %zu is neither a "
				       "number nor U",
				       out->n_values + 1);
		out->n_values++;
		if (colon == NULL)
			return 0;
		text = colon + 1;
	}
}

int
put_line_parse(const char *text, size_t len, struct put_line *out,
	       struct err *err)
{
	struct rest rest = {text, text + len};
	const char *time, *values, *extra;
	size_t time_len, values_len;

	if (len > 0 && text[len - 1] == '\r')
		rest.end--;
	out->path_len = field(&rest, &out->path);
	time_len = field(&rest, &time);
	values_len = field(&rest, &values);
	if (values_len == 0 || field(&rest, &extra) > 0)
		return err_set(err, ERR_INVALID,
			       "bad line: not PATH TIME V1[:V2...]");
	if (!number_i64(time, time_len, &out->time_s))
		return err_set(err, ERR_INVALID,
			       "bad time: not whole epoch seconds");
	return take_values(values, values_len, out, err);
}
