/* SPDX-License-Identifier: MIT */
/* When to tell whom: see group.h. */
#include "alert/group.h"

#define NEVER INT64_C(-1)

enum tell
tell_of(const struct tell_input *i)
{
	if (i->level > i->told)
		return i->muted ? TELL_NOTHING : TELL_NEW;
	if (i->level == LEVEL_OK && i->told > LEVEL_OK)
		return i->muted ? TELL_NOTHING : TELL_OVER;
	if (i->level == LEVEL_OK || i->muted)
		return TELL_NOTHING;
	return i->acked ? TELL_HANDLED : TELL_STANDS;
}

void
group_state_init(struct group_state *g)
{
	*g = (struct group_state){.first_boot_ms = NEVER,
				  .last_boot_ms = NEVER,
				  .change_boot_ms = NEVER};
}

static bool
is_due(int64_t since_boot_ms, int32_t after_s, int64_t now_boot_ms)
{
	return since_boot_ms == NEVER ||
	       now_boot_ms - since_boot_ms >= (int64_t)after_s * 1000;
}

static enum group_act
sent(struct group_state *g, enum group_act act, int64_t now_boot_ms)
{
	if (g->first_boot_ms == NEVER)
		g->first_boot_ms = now_boot_ms;
	g->last_boot_ms = now_boot_ms;
	g->change_boot_ms = NEVER;
	return act;
}

static enum group_act
step_changed(struct group_state *g, const struct route *r, int64_t now_boot_ms)
{
	if (g->change_boot_ms == NEVER)
		g->change_boot_ms = now_boot_ms;
	if (!is_due(g->change_boot_ms, r->wait_s, now_boot_ms) ||
	    !is_due(g->last_boot_ms, r->interval_s, now_boot_ms))
		return GROUP_WAIT;
	return sent(g, GROUP_SEND, now_boot_ms);
}

enum group_act
group_step(struct group_state *g, const struct route *r,
	   const struct group_counts *c, int64_t now_boot_ms)
{
	int32_t stands = c->n[TELL_STANDS];

	if (c->n[TELL_NEW] > 0 || c->n[TELL_OVER] > 0) {
		enum group_act act = step_changed(g, r, now_boot_ms);

		if (act != GROUP_WAIT)
			return act;
	} else {
		g->change_boot_ms = NEVER;
	}
	if (stands == 0) {
		if (c->n[TELL_HANDLED] + c->n[TELL_NEW] + c->n[TELL_OVER] > 0)
			return GROUP_WAIT;
		/* a group that comes right back still obeys the interval */
		return is_due(g->last_boot_ms, r->interval_s, now_boot_ms)
			   ? GROUP_FORGET
			   : GROUP_WAIT;
	}
	if (g->n_steps < (int32_t)r->n_steps &&
	    is_due(g->first_boot_ms, r->steps[g->n_steps].after_s,
		   now_boot_ms)) {
		g->n_steps++;
		return GROUP_ESCALATE;
	}
	if (is_due(g->last_boot_ms, r->repeat_s, now_boot_ms))
		return sent(g, GROUP_REPEAT, now_boot_ms);
	return GROUP_WAIT;
}

const struct route *
group_route_find(const struct route *routes, size_t n,
		 const char *(*get)(void *arg, const char *label), void *arg)
{
	for (size_t i = 0; i < n; i++) {
		const struct route *r = &routes[i];
		size_t k = 0;

		while (k < r->n_matches &&
		       rule_glob(r->matches[k].value,
				 get(arg, r->matches[k].name)))
			k++;
		if (k == r->n_matches)
			return r;
	}
	return NULL;
}
