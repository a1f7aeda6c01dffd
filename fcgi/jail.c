/* SPDX-License-Identifier: MIT */
/* What a worker gives up: see jail.h. */
#include "fcgi/jail.h"

#include "core/confine.h"

static const struct confine_place places[] = {{"", CONFINE_FILES}};

static const struct confine worker = {
    .calls =
	{
	    [CONFINE_MACHINE] = CONFINE_KILL,
	    [CONFINE_EXEC] = CONFINE_KILL,
	    [CONFINE_FORK] = CONFINE_REFUSE,
	    [CONFINE_INTERNET] = CONFINE_REFUSE,
	    [CONFINE_LISTEN] = CONFINE_REFUSE,
	    [CONFINE_NODES] = CONFINE_REFUSE,
	    [CONFINE_LINKS] = CONFINE_REFUSE,
	    [CONFINE_OWNERS] = CONFINE_REFUSE,
	},
    .places = places,
    .n_places = sizeof(places) / sizeof(places[0]),
    .hot = true, /* every call of every request goes through it */
};

int
jail_enter(const char *state, struct err *err)
{
	return confine_enter(&worker, state, err);
}
