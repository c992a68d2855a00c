# Checks a proof of the log with nothing of ours: python3 check-proof.py FILE VKEY (docs/trail.md says what each line is).
import base64, hashlib, subprocess, sys, tempfile

proof, vkey = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
head, note = proof.split("\n\n", 1)
first, extra, index, *path = head.split("\n")
assert first == "c2sp.org/tlog-proof@v1"
entry = base64.b64decode(extra.removeprefix("extra "))
index, path = int(index.removeprefix("index ")), [base64.b64decode(it) for it in path]
text, signatures = note.split("\n\n", 1)
origin, size, root = text.split("\n")[:3]

# The way from the entry to the root (RFC 9162, section 2.1.3.2).
sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
at, last, hash_ = index, int(size) - 1, sha(b"\0", entry)
for beside in path:
    assert last > 0
    if at % 2 or at == last:
        hash_ = sha(b"\1", beside, hash_)
        while at % 2 == 0 and at:
            at, last = at // 2, last // 2
    else:
        hash_ = sha(b"\1", hash_, beside)
    at, last = at // 2, last // 2
assert last == 0 and hash_ == base64.b64decode(root), "the entry does not lead to the head"

# The signature under the head (C2SP signed-note, Ed25519).
name, key_id, key = vkey.split("+", 2)
key = base64.b64decode(key)
assert sha(name.encode(), b"\n", key)[:4].hex() == key_id and key[0] == 1
line = next(it for it in signatures.splitlines() if it.startswith(f"\u2014 {name} "))
signature = base64.b64decode(line.split(" ")[2])
assert signature[:4].hex() == key_id, "another key of the same name"
with tempfile.TemporaryDirectory() as folder:
    for file, content in {
        "key": bytes.fromhex("302a300506032b6570032100") + key[1:],
        "text": text.encode() + b"\n",
        "signature": signature[4:],
    }.items():
        open(f"{folder}/{file}", "wb").write(content)
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", f"{folder}/key",
                    "-rawin", "-in", f"{folder}/text", "-sigfile", f"{folder}/signature"], check=True)
print(f"Entry {index + 1} of {size} in {origin}:", entry.decode())
