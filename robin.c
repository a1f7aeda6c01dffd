/* SPDX-License-Identifier: MIT */
/*
 * The front program.  `robin NAME …` runs a command of cli/, or becomes the
 * program robin-NAME that lies beside it; some words stand for a part of one
 * (`robin get` is `robin-store get`).
 */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/buf.h"
#include "core/version.h"

#define X(name) extern const struct cli_command name;
#include "gen/cmd_table.h"
#undef X

static const struct cli_command *const commands[] = {
#define X(name) &name,
#include "gen/cmd_table.h"
#undef X
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Words that are other programs of the same folder. */
static const struct {
	const char *name, *program, *word, *brief;
} programs[] = {
    {"collect", "robin-collect", NULL, "run the collectors"},
    {"site", "robin-site", NULL, "write the pages"},
    {"store", "robin-store", NULL, "apply the log to the archives"},
    {"fcgi", "robin-fcgi", NULL, "answer FastCGI requests"},
    {"alert", "robin-alert", NULL, "judge what is stored and tell people"},
    {"events", "robin-alert", "events", "what happened; note something"},
    {"sign", "robin-fcgi", "sign",
     "make an address of a picture that needs no login"},
    {"token", "robin-fcgi", "token", "make a token for POST requests"},
    {"get", "robin-store", "get", "print the rows of a series"},
    {"rrd", "robin-store", "rrd", "look after archives"},
    {"backup", "robin-store", "backup", "copy the state, consistently"},
    {"restore", "robin-store", "restore", "put a backup back"},
    {"import", "robin-store", "import", "bring in Munin, collectd, Cacti"},
    {"log", "robin-store", "log", "look into the log"},
    {"clock", "robin-store", "clock",
     "say what to do with a clock that jumped"},
};

#define N_PROGRAMS (sizeof(programs) / sizeof(programs[0]))

static int
by_brief(struct buf *out, const char *name, const char *brief)
{
	buf_fmt(out, "  %-10s %s\n", name, brief);
	return 0;
}

static void
put_commands(struct buf *out)
{
	buf_str(out, "Watches this machine and draws what it sees.\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		(void)by_brief(out, commands[i]->name, commands[i]->brief);
	for (size_t i = 0; i < N_PROGRAMS; i++)
		(void)by_brief(out, programs[i].name, programs[i].brief);
	buf_str(out, "\n'robin COMMAND --help' says more about each.\n\n"
		     "  robin run --state var --listen 127.0.0.1:8080\n");
}

/* The names of all commands, for completion and "did you mean". */
static size_t
names(const char **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < N_COMMANDS && n < max; i++)
		out[n++] = commands[i]->name;
	for (size_t i = 0; i < N_PROGRAMS && n < max; i++)
		out[n++] = programs[i].name;
	return n;
}

/*
 * The completion of `robin`: the first word is a command, and what follows is
 * completed by the function of that command's own option table.
 */
static void
put_completion(void)
{
	const char *words[64];
	size_t n = names(words, sizeof(words) / sizeof(words[0]));

	(void)fputs("_robin()\n{\n"
		    "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
		    "\tlocal own=_robin_${COMP_WORDS[1]}\n"
		    "\tif ((COMP_CWORD > 1)) && declare -F \"$own\" "
		    ">/dev/null; then\n"
		    "\t\t\"$own\"\n\t\treturn\n\tfi\n"
		    "\tmapfile -t COMPREPLY < <(compgen -W '",
		    stdout);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s ", words[i]);
	(void)fputs("--help --version' -- \"$cur\")\n}\n"
		    "complete -F _robin robin\n",
		    stdout);
}

static int
no_such_command(const struct opt_command *cmd, const char *name)
{
	const char *words[64];
	size_t n = names(words, sizeof(words) / sizeof(words[0]));
	struct err err;

	(void)opt_unknown("command", name, words, n, &err);
	return opt_fail(cmd, &err);
}

/* Becomes a program; argv[0] is the command's word. */
static int
become(const struct opt_command *cmd, const char *program, const char *word,
       char **argv)
{
	struct err err = {0};

	if (word != NULL) {
		/* the word's own place and the one before it are free */
		argv[0] = (char *)word;
		argv--;
	}
	(void)cli_exec(program, argv, &err);
	return opt_fail(cmd, &err);
}

static int
dispatch(const struct opt_command *cmd, int argc, char **argv)
{
	const char *name = argv[1];
	struct err err = {0};
	char program[64];

	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i]->run(argc - 1, argv + 1);
	for (size_t i = 0; i < N_PROGRAMS; i++)
		if (strcmp(name, programs[i].name) == 0)
			return become(cmd, programs[i].program,
				      programs[i].word, argv + 1);
	/* whatever else is installed beside it: robin alert, robin heal */
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz") == strlen(name) &&
	    strlen(name) < 32) {
		(void)snprintf(program, sizeof(program), "robin-%s", name);
		(void)cli_exec(program, argv + 1, &err);
		if (err.code != ERR_NOT_FOUND)
			return opt_fail(cmd, &err);
	}
	return no_such_command(cmd, name);
}

int
main(int argc, char **argv)
{
	struct buf about;
	struct opt_command cmd = {
	    .name = "robin",
	    .synopsis = "COMMAND [...]",
	    .brief = "small, crash-safe monitoring",
	    .operands_max = -1,
	};
	struct err err = {0};
	int status;

	/* nothing that robin starts needs more rights than it has */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
	if (argc > 1 && argv[1][0] != '-')
		return dispatch(&cmd, argc, argv);
	if (argc == 2 && strcmp(argv[1], "--help-complete") == 0) {
		put_completion();
		return EXIT_OK;
	}
	buf_init(&about, 16384);
	put_commands(&about);
	cmd.about = about.data;
	status = opt_parse(&cmd, argc, argv, &err);
	if (status == 0)
		(void)err_set(&err, ERR_USAGE, "which command?");
	status = opt_fail(&cmd, &err);
	buf_done(&about);
	return status;
}
