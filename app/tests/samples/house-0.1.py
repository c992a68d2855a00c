#!/usr/bin/env python3
"""Makes a backup, as `reqord backup` makes them, of the SQLite house of a program that could not: version 0.1.

    backup_of.py DATA VKEY AT SOURCES FILE

DATA is its folder, VKEY the public key of its log (it stands on /trust), AT the moment of the backup, SOURCES the sources
of that program.
"""
import base64, glob, hashlib, json, os, re, sqlite3, sys, zipfile

data, vkey, at, sources, out = sys.argv[1:]
db = sqlite3.connect(os.path.join(data, "reqord.db"))
db.text_factory = str
steps = db.execute("select name, digest from migration order by no").fetchall()
by_name = {os.path.basename(p)[:-4]: open(p).read() for p in
           glob.glob(f"{sources}/kernel/schema/*.sql") + glob.glob(f"{sources}/areas/*/schema/*.sql")}
tables = [name for step, _ in steps for name in re.findall(r"^create table (\w+)", by_name[step], re.M)]
tables = [it for it in tables if it not in ("file_chunk", "migration", "presence")] + ["search"]
archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9)


def part(name, content):
    # The same bytes each time: an entry without the moment at which it was written.
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return hashlib.sha256(content).hexdigest()


def carried(value):
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


named = []
for table in tables:
    asked = "select rowid as id, who, words from search order by rowid" if table == "search" else f"select * from {table}"
    rows = db.execute(asked)
    names, rows = [it[0] for it in rows.description], rows.fetchall()
    lines = [names, *[[carried(it) for it in row] for row in rows]] if rows else []
    text = "".join(json.dumps(it, ensure_ascii=False, separators=(",", ":")) + "\n" for it in lines).encode()
    named.append({"name": table, "count": len(rows), "digest": part(f"tables/{table}.jsonl", text)})
files = []
for (digest,) in db.execute("select digest from file order by digest").fetchall():
    chunks = db.execute("select bytes from file_chunk where digest = ? order by no", (digest,)).fetchall()
    content = b"".join(it for (it,) in chunks) if chunks else open(
        glob.glob(f"{data}/files/**/{digest}", recursive=True)[0], "rb").read()
    assert part(f"files/{digest}", content) == digest
    files.append({"name": digest, "count": len(content), "digest": digest})
part("secret", open(os.path.join(data, "secret"), "rb").read())
manifest = {"format": "reqord-backup/1", "program": "0.1.0", "at": at, "keys": [vkey],
            "schema": [{"name": name, "digest": digest} for name, digest in steps],
            "tables": named, "files": files, "holds_secret": True}
archive.writestr(zipfile.ZipInfo("manifest.json"), json.dumps(manifest, indent=2), zipfile.ZIP_DEFLATED)
archive.close()
print(os.path.getsize(out), {it["name"]: it["count"] for it in named}, len(files), "files")
