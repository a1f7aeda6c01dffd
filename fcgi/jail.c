/* SPDX-License-Identifier: MIT */
/* What a worker gives up: see jail.h. */
#include "fcgi/jail.h"

#include <limits.h>
#include <sys/stat.h>

#include "core/confine.h"
#include "core/state.h"

/* A place has to be there before the fence: see prepare. */
static const struct confine_place places[] = {{STATE_INBOX, CONFINE_FILES}};

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

/* What cannot be made is left out, and a later POST says so. */
static void
prepare(const char *state)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (state_path(state, places[i].name, path, sizeof(path),
			       NULL) == 0)
			(void)mkdir(path, 0770);
}

int
jail_enter(const char *state, struct err *err)
{
	prepare(state);
	return confine_enter(&worker, state, err);
}
