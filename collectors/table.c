/* SPDX-License-Identifier: MIT */
/* The table of collectors, made from the folder listing. */
#include "collectors/collector.h"

#include <string.h>

#define X(name) extern const struct collector name;
#include "gen/collect_table.h"
#undef X

#define X(name) &name,
const struct collector *const collectors[] = {
#include "gen/collect_table.h"
    NULL,
};
#undef X

const struct collector *
collector_find(const char *name)
{
	for (size_t i = 0; collectors[i] != NULL; i++)
		if (strcmp(collectors[i]->name, name) == 0)
			return collectors[i];
	return NULL;
}

int
collector_check(const struct collector *c, struct err *err)
{
	if (c->name == NULL || !family_name_valid(c->name, strlen(c->name)))
		return err_set(err, ERR_INVALID, "collector has no valid name");
	if (c->help == NULL || c->families == NULL || c->collect == NULL ||
	    c->available == NULL)
		return err_set(err, ERR_INVALID, "collector %s: incomplete",
			       c->name);
	if (c->step_s < 0 || c->step_s > 3600)
		return err_set(err, ERR_INVALID, "collector %s: step %d s",
			       c->name, (int)c->step_s);
	for (size_t i = 0; c->families[i] != NULL; i++)
		if (family_check(c->families[i], err) != 0)
			return err_prefix(err, "collector %s", c->name);
	return 0;
}
