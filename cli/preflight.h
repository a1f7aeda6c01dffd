/* SPDX-License-Identifier: MIT */
/*
 * What can be wrong before anything is started, each with its fix in the
 * message.  Nothing here changes the machine but making the state folder.
 */
#ifndef CLI_PREFLIGHT_H
#define CLI_PREFLIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/conf.h"
#include "core/err.h"

/*
 * Makes the state folder and replaces conf->state by its absolute name, short
 * enough for the sockets in it.
 */
int preflight_state(struct conf *c, struct err *err);

/*
 * Takes STATE/run/robin.lock; the descriptor holds it.  -1 with ERR_BUSY
 * when another `robin run` has it.
 */
int preflight_lock(const char *state, struct err *err);

/* Whether a scalable font is installed whose file name begins so ("": any);
 * looks itself and does not ask fontconfig. */
bool preflight_font(const char *begins);

/* Whether there is any font; the error has the command that installs ours. */
int preflight_fonts(struct err *err);

#endif
