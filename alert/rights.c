/* SPDX-License-Identifier: MIT */
/* What robin-alert gives up: see rights.h. */
#include "alert/rights.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/confine.h"

/* events.db and alerts.json are made and renamed in it, inbox/bad below. */
static const struct confine_place places[] = {
    {"", CONFINE_FILES | CONFINE_FOLDERS}};

/* Senders are its children, so it keeps what they need. */
static const struct confine daemon_keeps = {
    .calls =
	{
	    [CONFINE_MACHINE] = CONFINE_KILL,
	    [CONFINE_EXEC] = CONFINE_KILL,
	    [CONFINE_LISTEN] = CONFINE_REFUSE,
	    [CONFINE_NODES] = CONFINE_REFUSE,
	    [CONFINE_LINKS] = CONFINE_REFUSE,
	    [CONFINE_OWNERS] = CONFINE_REFUSE,
	},
    .places = places,
    .n_places = sizeof(places) / sizeof(places[0]),
    .capabilities = 1u << CAP_DAC_READ_SEARCH,
};

static const struct confine sender_keeps = {
    .calls =
	{
	    [CONFINE_MACHINE] = CONFINE_KILL,
	    [CONFINE_EXEC] = CONFINE_KILL,
	    [CONFINE_FORK] = CONFINE_REFUSE,
	    [CONFINE_LISTEN] = CONFINE_REFUSE,
	    [CONFINE_NODES] = CONFINE_REFUSE,
	    [CONFINE_LINKS] = CONFINE_REFUSE,
	    [CONFINE_OWNERS] = CONFINE_REFUSE,
	},
    .places = places,
    .n_places = 0,
    .capabilities = 1u << CAP_DAC_READ_SEARCH,
};

bool
rights_starts(const struct channel *c)
{
	return c->notifier->starts_program != NULL &&
	       c->notifier->starts_program(c);
}

bool
rights_needs_exec(const struct settings *s)
{
	for (size_t i = 0; i < s->n_channels; i++)
		if (rights_starts(&s->channels[i]))
			return true;
	return false;
}

int
rights_drop(const char *state, struct err *err)
{
	struct confine c = daemon_keeps;
	struct stat st;

	/* to write in a state folder that is somebody else's */
	if (stat(state, &st) == 0 && st.st_uid != geteuid())
		c.capabilities |= 1u << CAP_DAC_OVERRIDE;
	return confine_enter(&c, state, err);
}

int
rights_drop_sender(const char *state, struct err *err)
{
	return confine_enter(&sender_keeps, state, err);
}
