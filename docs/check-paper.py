# Checks the seal of a paper (PDF) with nothing of ours: python3 check-paper.py FILE VKEY (docs/trail.md says how it is made).
# What the paper carries inside is taken out by any reader of PDF (`pdfdetach -saveall FILE`), and each proof checked by
# check-proof.py.
import base64, hashlib, re, subprocess, sys, tempfile

paper, vkey = open(sys.argv[1], "rb").read(), sys.argv[2]
signature = rb"[A-Za-z0-9+/=]{92}"
found = re.search(rb"reqord-paper-v1:(" + signature + rb"(?:," + signature + rb")*)", paper)
assert found, "the paper carries no seal"
seal = found.group(1)

# The digest is of the file with a zero in place of each sign of each signature.
emptied = paper.replace(seal, re.sub(rb"[^,]", b"0", seal))
words = f"reqord paper seal v1\n{hashlib.sha256(emptied).hexdigest()}\n".encode()

name, key_id, key = vkey.split("+", 2)
key = base64.b64decode(key)
assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id and key[0] == 1
signatures = [base64.b64decode(it) for it in seal.split(b",")]
ours = next((it for it in signatures if it[:4].hex() == key_id), None)
assert ours, "sealed by another key"
with tempfile.TemporaryDirectory() as folder:
    for file, content in {
        "key": bytes.fromhex("302a300506032b6570032100") + key[1:], "text": words, "signature": ours[4:],
    }.items():
        open(f"{folder}/{file}", "wb").write(content)
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", f"{folder}/key",
                    "-rawin", "-in", f"{folder}/text", "-sigfile", f"{folder}/signature"], check=True)
print(f"The paper is, byte for byte, what {name}+{key_id} sealed.")
