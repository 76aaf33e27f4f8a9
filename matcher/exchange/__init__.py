"""Imports and exports: tables (CSV, XLSX), JSON and open exchange formats."""
