/* SPDX-License-Identifier: MIT */
/* /api/v1/families[/NAME]: what can be measured, as the registry has it. */
#include "core/json.h"
#include "fcgi/serve.h"

struct list {
	struct reply *reply;
	size_t n;
};

static int
put(const struct family *f, void *arg)
{
	struct list *list = arg;

	if (list->n++ > 0)
		buf_char(&list->reply->body, ',');
	family_to_json(f, &list->reply->body);
	return reply_spill(list->reply);
}

static int
answer(struct exchange *x, struct err *err)
{
	struct registry *registry = x->serve->query.registry;
	struct list list = {.reply = x->reply};
	const struct family *f;

	x->reply->type = "application/json";
	if (x->args[0].set) {
		f = registry_find(registry, x->args[0].text, err);
		if (f == NULL)
			return -1;
		family_to_json(f, &x->reply->body);
		buf_char(&x->reply->body, '\n');
		return 0;
	}
	buf_str(&x->reply->body, "{\"families\":[");
	(void)registry_each(registry, put, &list);
	buf_str(&x->reply->body, "]}\n");
	return 0;
}

static const struct param args[] = {
    {.name = "name", .type = PARAM_FAMILY, .help = "the family's name"},
    {0},
};

const struct route route_families = {
    .name = "families",
    .path = "/api/v1/families",
    .args = args,
    .methods = HTTP_READ,
    .pools = POOL_BIT(POOL_DATA),
    .answer = answer,
    .summary = "what is measured: families, metrics, units, roles",
    .media = "application/json",
    .schema = "{\"oneOf\":[{\"$ref\":\"#/components/schemas/Family\"},"
	      "{\"type\":\"object\",\"required\":[\"families\"],"
	      "\"properties\":{\"families\":{\"type\":\"array\","
	      "\"items\":{\"$ref\":\"#/components/schemas/Family\"}}}}]}",
};
