#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Follows every address in generated pages: files must be there; addresses
of pictures, data and badges must have the shape that the server answers."""
import html.parser
import os
import re
import sys
import urllib.parse

root = sys.argv[1]
served = re.compile(r"^/(g/[^/]+/[^/]+/[^/]+/[^/]+\.(png|svg|json|csv)|badge/.+\.svg|api/v1/\w+(\?[\w=&]+)?|metrics|healthz|readyz)$")
bad = []


class Page(html.parser.HTMLParser):
	def __init__(self, path):
		super().__init__()
		self.path = path
		self.ids = set()
		self.seen = []

	def handle_starttag(self, tag, attrs):
		for name, value in attrs:
			if name == "id":
				if value in self.ids:
					bad.append(f"{self.path}: id {value} twice")
				self.ids.add(value)
			if name in ("href", "src") and value:
				self.seen.append(value)
			if name == "srcset":
				self.seen += [part.split()[0] for part in value.split(", ")]
			if name == "style" or name.startswith("on"):
				bad.append(f"{self.path}: inline {name}")


def exists(address):
	path = urllib.parse.unquote(address.split("#")[0].split("?")[0])
	if path.endswith("/"):
		path += "index.html"
	return os.path.isfile(root + path)


pages = 0
for folder, _, files in os.walk(root):
	for name in files:
		if not name.endswith(".html"):
			continue
		pages += 1
		page = Page(os.path.join(folder, name)[len(root):])
		with open(os.path.join(folder, name), encoding="utf-8") as f:
			page.feed(f.read())
		for address in page.seen:
			if address.startswith("#"):
				if urllib.parse.unquote(address[1:]) not in page.ids and address[1:] not in page.ids:
					bad.append(f"{page.path}: {address}")
			elif address.startswith("/") and not served.match(address) and not exists(address):
				bad.append(f"{page.path}: {address}")
			elif not address.startswith("/"):
				bad.append(f"{page.path}: {address} is not absolute")
for line in sorted(set(bad))[:20]:
	print(line)
print(f"{pages} pages")
sys.exit(1 if bad or pages < 10 else 0)
