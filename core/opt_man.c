/* SPDX-License-Identifier: MIT */
/* The man page of an option table, in mdoc(7). */
#include "core/opt_text.h"

#include <string.h>

#include "core/buf.h"
#include "core/version.h"

/* Text for roff: backslashes, and a control character at a line's start. */
static void
man_text(struct buf *b, const char *text, size_t len, bool sentences)
{
	bool start = true;

	for (size_t i = 0; i < len; i++) {
		if (start && (text[i] == '.' || text[i] == '\''))
			buf_str(b, "\\&");
		/* roff wants each sentence on a line of its own */
		if (text[i] == ' ' && !start && text[i - 1] == '.' && sentences)
			buf_char(b, '\n');
		else if (text[i] == '\\')
			buf_str(b, "\\e");
		else if (text[i] == '-' &&
			 (start || text[i - 1] == ' ' || text[i - 1] == '-' ||
			  text[i - 1] == '['))
			buf_str(b, "\\-");
		else
			buf_char(b, text[i]);
		start = b->data[b->len - 1] == '\n';
	}
}

/* A macro argument: quoted, with quotes escaped. */
static void
man_quoted(struct buf *b, const char *text)
{
	buf_char(b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_str(b, "\\(dq");
		else if (*text == '\\')
			buf_str(b, "\\e");
		else if (*text == '-')
			buf_str(b, "\\-");
		else
			buf_char(b, *text);
	}
	buf_char(b, '"');
}

/* A paragraph, in lines of a length that roff sources have. */
static void
man_paragraph(struct buf *b, const char *text, size_t len)
{
	struct buf lines;

	buf_init(&lines, OPT_TEXT_MAX);
	opt_wrap(&lines, text, len, 0, 0);
	man_text(b, lines.data, lines.len, true);
	buf_done(&lines);
}

/* A block of example lines without the blanks that mark it. */
static void
man_example(struct buf *b, const char *text, size_t len)
{
	size_t indent = strspn(text, " ");
	const char *end = text + len;

	buf_str(b, ".Bd -literal -offset indent\n");
	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t n =
		    eol != NULL ? (size_t)(eol - text) : (size_t)(end - text);
		size_t skip = strspn(text, " ");

		if (skip > indent)
			skip = indent;
		man_text(b, text + skip, n - skip, false);
		buf_char(b, '\n');
		text += n + 1;
	}
	buf_str(b, ".Ed\n");
}

/* A sentence on its own line; a full stop is added where there is none. */
static void
man_sentence(struct buf *b, const char *text)
{
	struct buf whole;
	size_t len = strlen(text);

	buf_init(&whole, OPT_TEXT_MAX);
	buf_str(&whole, text);
	if (len == 0 || text[len - 1] != '.')
		buf_char(&whole, '.');
	man_paragraph(b, whole.data, whole.len);
	buf_done(&whole);
}

static void
man_about(struct buf *b, const char *about)
{
	bool first = true;

	while (*about != '\0') {
		size_t n = opt_paragraph(about);
		bool example = about[0] == ' ';

		if (!example && !first)
			buf_str(b, ".Pp\n");
		if (example)
			man_example(b, about, n);
		else
			man_paragraph(b, about, n);
		about += n;
		while (*about == '\n')
			about++;
		first = false;
	}
}

static void
man_option(struct buf *b, const struct opt *o)
{
	struct buf text;

	buf_str(b, ".It ");
	if (o->letter != 0)
		buf_fmt(b, "Fl %c , ", o->letter);
	buf_fmt(b, "Fl \\-%s", o->name);
	if (o->type != OPT_FLAG) {
		buf_str(b, " Ar ");
		man_quoted(b, o->arg != NULL ? o->arg : "VALUE");
	}
	buf_char(b, '\n');
	buf_init(&text, 4096);
	buf_str(&text, o->help);
	opt_put_default(&text, o);
	man_sentence(b, text.data);
	buf_done(&text);
}

static void
man_head(const struct opt_command *cmd, struct buf *out)
{
	size_t start;

	buf_fmt(out, ".\\\" Made from the option table by %s --help-man.\n",
		cmd->name);
	buf_fmt(out, ".Dd %s\n.Dt ", ROBIN_DATE);
	start = out->len;
	opt_page_name(out, cmd->name, '-');
	for (size_t i = start; i < out->len; i++)
		if (out->data[i] >= 'a' && out->data[i] <= 'z')
			out->data[i] = (char)(out->data[i] - 'a' + 'A');
	buf_str(out, " 1\n.Os\n.Sh NAME\n.Nm ");
	opt_page_name(out, cmd->name, '-');
	buf_str(out, "\n.Nd ");
	man_text(out, cmd->brief, strlen(cmd->brief), false);
	buf_str(out, "\n.Sh SYNOPSIS\n.Nm ");
	man_quoted(out, cmd->name);
	buf_str(out, "\n.Op Ar OPTIONS\n");
	if (opt_has_synopsis(cmd)) {
		buf_str(out, ".Ar ");
		man_quoted(out, cmd->synopsis);
		buf_char(out, '\n');
	}
}

void
opt_man(const struct opt_command *cmd, struct buf *out)
{
	man_head(cmd, out);
	buf_str(out, ".Sh DESCRIPTION\n");
	man_about(out, cmd->about != NULL ? cmd->about : cmd->brief);
	buf_str(out, ".Pp\nThe options are as follows:\n"
		     ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < opt_rows(cmd); i++)
		if (opt_row(cmd, i) != NULL)
			man_option(out, opt_row(cmd, i));
	buf_str(out, ".El\n.Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n");
	for (size_t i = 0; opt_exits[i] != NULL; i++)
		buf_fmt(out, ".It %zu\n%s\n", i, opt_exits[i]);
	buf_str(out, ".El\n");
	if (cmd->exits != NULL) {
		buf_str(out, ".Pp\n");
		man_sentence(out, cmd->exits);
	}
	if (strcmp(cmd->name, "robin") != 0)
		buf_str(out, ".Sh SEE ALSO\n.Xr robin 1\n");
}
