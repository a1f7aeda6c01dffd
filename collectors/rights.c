/* SPDX-License-Identifier: MIT */
/* Giving up what a collector does not need: see rights.h. */
#include "collectors/rights.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/confine.h"

static const struct confine_place places[] = {
    {"", CONFINE_FILES | CONFINE_FOLDERS}};

static const struct confine least = {
    .calls =
	{
	    [CONFINE_MACHINE] = CONFINE_REFUSE,
	    [CONFINE_EXEC] = CONFINE_REFUSE,
	    [CONFINE_INTERNET] = CONFINE_REFUSE,
	    [CONFINE_NODES] = CONFINE_REFUSE,
	},
    .places = places,
    .n_places = sizeof(places) / sizeof(places[0]),
    .capabilities = 1u << CAP_DAC_READ_SEARCH,
};

int
rights_drop(const char *state, unsigned needs, struct err *err)
{
	struct confine c = least;
	struct stat st;

	if ((needs & COLLECT_NEEDS_EXEC) != 0) {
		c.calls[CONFINE_EXEC] = CONFINE_ALLOW;
		c.places = NULL;
	}
	if ((needs & COLLECT_NEEDS_NET) != 0)
		c.calls[CONFINE_INTERNET] = CONFINE_ALLOW;
	/* to write in a state folder that is somebody else's */
	if (stat(state, &st) == 0 && st.st_uid != geteuid())
		c.capabilities |= 1u << CAP_DAC_OVERRIDE;
	return confine_enter(&c, state, err);
}
