/* SPDX-License-Identifier: MIT */
/*
 * What a process that answers requests gives up before it reads the first
 * one: new privileges, capabilities, other programs, the network, and
 * everything a renderer has no use for.
 */
#ifndef FCGI_JAIL_H
#define FCGI_JAIL_H

#include "core/err.h"

/*
 * Cannot be undone.  What stays possible: reading files, connecting to unix
 * sockets (the writer's, for a drain), writing to what is open already, and,
 * where the kernel has Landlock, making files in the inbox and nowhere else.
 */
int jail_enter(const char *state, struct err *err);

#endif
