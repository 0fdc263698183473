"""What is kept, by what it is: documents, evidence, settlements, the audit trail; values in and out, never rows."""
