/* SPDX-License-Identifier: MIT */
/* Subcommands of robin-fcgi that the front program offers as its own. */
#ifndef FCGI_COMMAND_H
#define FCGI_COMMAND_H

/* `robin sign`, `robin token`: argv[0] is the word; the exit code. */
int command_sign(int argc, char **argv);
int command_token(int argc, char **argv);

#endif
