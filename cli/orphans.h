/* SPDX-License-Identifier: MIT */
/* Processes that children left behind, in a process that is a subreaper. */
#ifndef CLI_ORPHANS_H
#define CLI_ORPHANS_H

/*
 * Kills every child this process still has, its own and inherited ones, and
 * reaps what has ended; for the end of a supervisor's life.
 */
void orphans_kill(void);

#endif
