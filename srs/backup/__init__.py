"""The collection kept whole: backups, proofs, and what is made again."""
