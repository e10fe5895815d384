"""The commands of `linli`: one file each, imported when used."""
