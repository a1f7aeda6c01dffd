/* SPDX-License-Identifier: MIT */
/*
 * /api/v1/series?path=…&from=…&to=…&maxPoints=…: rows of one series.  Rows
 * are brought down to maxPoints by whole rows; "rows" then are averages, and
 * "min" and "max", row by row beside them, keep what averaging would hide.
 */
#include "core/json.h"
#include "fcgi/numbers.h"
#include "fcgi/serve.h"

enum { FIELD_PATH, FIELD_FROM, FIELD_TO, FIELD_POINTS, FIELD_EXTREMES };

#define SPAN_DEFAULT_S 86400
#define POINTS_MAX     11000
#define SET	       (1U << QUERY_AVERAGE | 1U << QUERY_MIN | 1U << QUERY_MAX)

static int
check_range(const struct exchange *x, int64_t *from_s, int64_t *to_s,
	    struct err *err)
{
	const struct field *from = &x->fields[FIELD_FROM];
	const struct field *to = &x->fields[FIELD_TO];

	*to_s = to->set ? to->number : x->request->now_s;
	*from_s = from->set ? from->number : *to_s - SPAN_DEFAULT_S;
	if (*from_s < *to_s)
		return 0;
	return err_set(err, ERR_INVALID, "from is not before to");
}

static int
put(struct exchange *x, const struct family *f, unsigned cfs,
    const struct series s[QUERY_CF__MAX])
{
	struct reply *r = x->reply;
	const struct path *p = &x->fields[FIELD_PATH].path;

	buf_char(&r->body, '{');
	if (numbers_json(r, p, f, &s[QUERY_AVERAGE]) != 0)
		return -1;
	if (cfs == SET && (numbers_rows(r, "min", &s[QUERY_MIN]) != 0 ||
			   numbers_rows(r, "max", &s[QUERY_MAX]) != 0))
		return -1;
	buf_str(&r->body, "}\n");
	return 0;
}

static int
answer(struct exchange *x, struct err *err)
{
	const struct field *points = &x->fields[FIELD_POINTS];
	const struct field *extremes = &x->fields[FIELD_EXTREMES];
	const struct path *p = &x->fields[FIELD_PATH].path;
	struct query *q = &x->serve->query;
	struct series s[QUERY_CF__MAX] = {{0}};
	const struct family *f;
	int64_t from_s, to_s;
	unsigned cfs;

	if (check_range(x, &from_s, &to_s, err) != 0)
		return -1;
	f = registry_find(q->registry, p->family, err);
	if (f == NULL)
		return -1;
	/* extremes come by themselves where rows are merged */
	cfs = (extremes->set ? extremes->number : points->set) != 0
		  ? SET
		  : 1U << QUERY_AVERAGE;
	if (query_series_set(q, p, from_s, to_s, (size_t)points->number, cfs, s,
			     err) != 0)
		return -1;
	x->reply->type = "application/json";
	(void)put(x, f, cfs, s);
	for (int i = 0; i < QUERY_CF__MAX; i++)
		series_done(&s[i]);
	return 0;
}

static const struct param params[] = {
    [FIELD_PATH] = {.name = "path",
		    .type = PARAM_PATH,
		    .required = true,
		    .help = "the series"},
    [FIELD_FROM] = {.name = "from",
		    .type = PARAM_TIME,
		    .help = "begin; a day before the end when left out"},
    [FIELD_TO] = {.name = "to",
		  .type = PARAM_TIME,
		  .help = "end; now when left out"},
    [FIELD_POINTS] = {.name = "maxPoints",
		      .type = PARAM_INT,
		      .min = 1,
		      .max = POINTS_MAX,
		      .help = "at most so many rows"},
    [FIELD_EXTREMES] = {.name = "extremes",
			.type = PARAM_FLAG,
			.help =
			    "whether min and max stand beside the averages; by "
			    "default when maxPoints is given"},
    {0},
};

const struct route route_series = {
    .name = "series",
    .path = "/api/v1/series",
    .params = params,
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "rows of one series, brought down to maxPoints",
    .media = "application/json",
    .schema = "{\"$ref\":\"#/components/schemas/Series\"}",
};
