/* SPDX-License-Identifier: MIT */
/*
 * What a rebuild of the engine's tables carries over from the old ones: the
 * states of alerts by fingerprint, and when series and hosts were last heard.
 */
#ifndef ALERT_CARRY_H
#define ALERT_CARRY_H

#include <stdbool.h>
#include <stddef.h>

#include "alert/engine.h"

/* Whether it must not be forgotten: pending, firing, told of, or heard of. */
bool carry_is_live(const struct alert *a);

/* Pointers to the alerts in order of fingerprint; the caller frees the list.
 * NULL when out of memory. */
struct alert **carry_sorted(struct alert *alerts, size_t n);

/* The alert of that fingerprint in such a list, or NULL. */
struct alert *carry_find(struct alert **sorted, size_t n,
			 const char *fingerprint);

/* The new alert goes on where the old one was; the old one is emptied. */
void carry_state(struct alert *a, struct alert *old);

/* Ages of the series and hosts that stay; both engines' in path order. */
void carry_ages(struct engine *e, const struct engine *old);

#endif
