/* SPDX-License-Identifier: MIT */
/* The words of `robin rrd`: each takes argv whose [0] is the word and returns
 * the exit code. */
#ifndef RRD_COMMAND_RRD_H
#define RRD_COMMAND_RRD_H

int command_rrd_check(int argc, char **argv);
int command_rrd_info(int argc, char **argv);
int command_rrd_migrate(int argc, char **argv);
int command_rrd_prune(int argc, char **argv);

#endif
