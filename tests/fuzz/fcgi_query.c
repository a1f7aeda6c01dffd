/* SPDX-License-Identifier: MIT */
/* Request targets against every row of the route table: a field that comes
 * out obeys its row. */
#include <assert.h>
#include <string.h>

#include "fcgi/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_field(const struct param *p, const struct field *f)
{
	if (!f->set)
		return;
	if (p->type == PARAM_INT)
		assert(f->number >= p->min && f->number <= p->max);
	if (p->type == PARAM_SLUG)
		assert(slug_valid(f->text, strlen(f->text)));
	if (p->type == PARAM_PATH)
		assert(f->path.cluster[0] != '.' && f->path.family[0] != '\0');
	if (p->type == PARAM_FLAG)
		assert(f->number == 0 || f->number == 1);
}

static void
check_fields(const struct param *table, const struct field *fields)
{
	for (int i = 0; table != NULL && table[i].name != NULL; i++)
		check_field(&table[i], &fields[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request r;
	static struct field args[PARAMS_MAX], fields[PARAMS_MAX];
	struct err err = {0};
	int i;

	r = (struct request){.target = "", .now_s = 1795204353};
	if (uri_parse((const char *)data, size, &r.uri, &err) != 0)
		return 0;
	i = route_find(&r.uri);
	if (i < 0 || (route_table[i]->flags & ROUTE_TAIL))
		return 0;
	if (route_check(route_table[i], &r, args, fields, &err) != 0) {
		assert(err.msg[0] != '\0');
		return 0;
	}
	check_fields(route_table[i]->args, args);
	check_fields(route_table[i]->params, fields);
	return 0;
}
