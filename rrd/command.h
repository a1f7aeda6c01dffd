/* SPDX-License-Identifier: MIT */
/* The subcommands of robin-store; argv[0] is the subcommand's name, the
 * result is the process's exit code.  main.c has the table. */
#ifndef RRD_COMMAND_H
#define RRD_COMMAND_H

int query_get_main(int argc, char **argv);
int command_log_main(int argc, char **argv);
int command_clock_main(int argc, char **argv);
int command_rrd_main(int argc, char **argv);
int command_backup_main(int argc, char **argv);
int command_restore_main(int argc, char **argv);
int command_import_main(int argc, char **argv);

#endif
