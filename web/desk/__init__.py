"""The desk: what branch, community, subdistrict, department and 物业 work with in a browser."""
